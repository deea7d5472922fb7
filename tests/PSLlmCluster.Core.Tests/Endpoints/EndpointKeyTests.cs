using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Endpoints;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>The key goes to its server, and nowhere else.</summary>
public sealed class EndpointKeyTests
{
    private const string Secret = "sk-very-secret-0123456789";

    [Fact]
    public void A_key_is_sent_and_a_server_that_repeats_it_is_shown_without_it()
    {
        using FaultServer server = new(request => request.IsProbe
            ? FaultServer.Vectors(request)
            : FaultReply.Error(request.Texts.Contains("refused") ? 400 : 503, $"Incorrect key {request.Key} (Bearer {request.Key})"));
        EndpointOptions options = EndpointRun.Options(server) with { Key = Key(Secret), MostTexts = 1, Concurrency = 1 };

        EndpointRun run = EndpointRun.Of(options, ["refused", "a", "b", "c"]);

        Assert.All(server.Requests, request => Assert.Equal(Secret, request.Key));
        IEnumerable<string> all = run.Outcomes.Select(outcome => outcome.Failure!.ToString()).Append(run.End!.ToString())
            .Concat(run.Lines).Concat(run.Warnings.Select(warning => warning.Message)).Append(options.ToString());
        Assert.All(all, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.Contains("Incorrect key *** (Bearer ***)", run.Outcomes[0].Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_ran_out_is_read_again_once_for_all_requests()
    {
        string[] keys = ["old", "new"];
        int read = 0;
        using FaultServer server = new(request => request.IsProbe || request.Key == "new"
            ? FaultServer.Vectors(request)
            : FaultReply.Error(401, "expired"));
        string[] texts = [.. Enumerable.Range(0, 50).Select(i => $"text {i}")];
        EndpointKey key = new(_ => keys[Math.Min(Interlocked.Increment(ref read), keys.Length) - 1], canChange: true);

        EndpointRun.Of(EndpointRun.Options(server) with { Key = key }, texts).HasVectorsOf(texts);
        Assert.Equal(2, read);
    }

    [Fact]
    public void The_time_in_which_a_key_is_read_is_not_the_requests()
    {
        HandTime time = new();
        int read = 0;
        using FaultServer server = new(request => request.IsProbe || request.Key == "key2"
            ? FaultServer.Vectors(request)
            : FaultReply.Error(401, "expired"));
        EndpointKey key = new(
            _ =>
            {
                // Whoever opens the vault takes longer than a request may.
                time.End(EndpointRun.Timeout);
                return $"key{Interlocked.Increment(ref read)}";
            },
            canChange: true);

        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server) with { Key = key, Concurrency = 1 }, ["a"], time: time)
            .HasVectorsOf(["a"]);
        Assert.Equal(2, read);
        Assert.DoesNotContain(run.Lines, line => line.Contains("asked again", StringComparison.Ordinal));
        Assert.Equal(["key1", "key1", "key2"], server.Requests.Select(request => request.Key));
    }

    [Fact]
    public async Task A_key_is_hidden_while_it_is_read_again()
    {
        using ManualResetEventSlim reading = new();
        using ManualResetEventSlim hidden = new();
        int read = 0;
        EndpointKey key = new(
            token =>
            {
                if (Interlocked.Increment(ref read) > 1)
                {
                    reading.Set();
                    hidden.Wait(token);
                }

                return $"key{read}";
            },
            canChange: true);
        Assert.Equal("key1", key.Get(default));
        Task<string?> renewal = Task.Run(() => key.Renew("key1", default));
        reading.Wait();
        Assert.Equal("bad ***", key.Hide("bad key1"));
        hidden.Set();
        Assert.Equal("key2", await renewal);
    }

    [Fact]
    public void A_key_that_stays_the_same_ends_the_work()
    {
        using FaultServer server = new(_ => FaultReply.Error(401, "no"));
        EndpointKey key = new(_ => Secret, canChange: true);
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server) with { Key = key }, ["a"]);
        Assert.True(run.End!.Is("EndpointAccessDenied"));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("two words")]
    [InlineData("with\r\nX-Header: y")]
    [InlineData("schlüssel")]
    [InlineData(null)]
    public void What_is_no_key_is_an_error_without_it(string? text)
    {
        using FaultServer server = new();
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server) with { Key = Key(text) }, ["a"]);
        Assert.True(run.End!.Is("EndpointKeyInvalid"));
        Assert.True(string.IsNullOrWhiteSpace(text) || !run.End.ToString().Contains(text, StringComparison.Ordinal));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void White_space_around_a_key_is_taken_off()
    {
        using FaultServer server = new();
        Assert.Null(EndpointRun.Of(EndpointRun.Options(server) with { Key = Key(Secret + "\r\n") }, ["a"]).End);
        Assert.All(server.Requests, request => Assert.Equal(Secret, request.Key));
    }

    [Theory]
    [InlineData("http://example.invalid", false, "EndpointKeyNotEncrypted")]
    [InlineData("http://192.168.0.7:8000/v1", false, "EndpointKeyNotEncrypted")]
    [InlineData("http://192.168.0.7:8000/v1", true, null)]
    [InlineData("https://example.invalid", false, null)]
    [InlineData("http://localhost:8000", false, null)]
    [InlineData("http://127.0.0.1:8000", false, null)]
    [InlineData("http://[::1]:8000", false, null)]
    public void A_key_goes_over_no_open_line(string address, bool allows, string? id)
    {
        EndpointOptions options = EndpointRun.Options([new Uri(address)]) with { Key = Key(Secret), AllowsUnencryptedKey = allows };
        EngineException? failure = (EngineException?)Record.Exception(options.Validate);
        Assert.Equal(id, failure?.ErrorId);
        (options with { Key = null }).Validate();
    }

    private static EndpointKey Key(string? text) => new(_ => text, canChange: false);
}
