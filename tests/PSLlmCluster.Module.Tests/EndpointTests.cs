using System.Management.Automation;
using System.Security;
using PSLlmCluster.Core.Tests.Endpoints;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>-Endpoint and -NameEndpoint: servers in place of model files.</summary>
public sealed class EndpointTests : IDisposable
{
    private const string Secret = "sk-very-secret-0123456789";
    private const string Embed = "$texts | Get-TextEmbedding -Endpoint $server -EndpointModel model";

    private const string Rows =
        """
        $tickets = 'vpn drops every few minutes', 'cannot connect to vpn from home', 'vpn client asks for certificate', 'slow vpn today',
            'printer on 3rd floor jams', 'printer out of toner again', 'cannot print to color printer', 'printer queue stuck',
            'password expired need reset', 'locked out of my account password', 'forgot my password', 'password is wrong'
        $rows = for ($i = 0; $i -lt 12; $i++) { [pscustomobject] @{ Cluster = [int] [Math]::Floor($i / 4); Text = $tickets[$i] } }

        """;

    private static readonly string[] _texts = ["one text", "another text", "one text", " ", "the last one"];
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Vectors_come_from_the_server_with_texts_and_sources()
    {
        using FaultServer server = new();
        PipelineResult result = Run(server, Embed + " -Prefix 'p: ' -Verbose");

        IReadOnlyList<PSObject> found = result.Clean();
        Assert.Equal([0, 1, 2, 4], found.Values<int>("Index"));
        Assert.Equal(_texts.Where(text => text != " "), found.Values<string>("Text"));
        Assert.All(found, row => Assert.Equal(FaultServer.VectorOf("p: " + row.Value<string>("Text")), row.Value<float[]>("Vector")));
        Assert.All(found, row => Assert.Equal("Endpoint", row.Value<object>("Engine").ToString()));
        Assert.All(found, row => Assert.Equal(0, row.Value<int>("TokenCount")));
        Assert.Equal(3, server.Texts.Count);
        Assert.Single(result.Warnings);
        Assert.Contains(result.Verbose, line => line.Contains($"http://127.0.0.1:{server.Port}/v1/embeddings", StringComparison.Ordinal));
    }

    [Fact]
    public void No_text_asks_no_server() => Assert.Empty(
        _session.Run($"@() | Get-TextEmbedding -Endpoint {FaultServer.NobodysAddress()} -EndpointModel m").Clean());

    [Fact]
    public void A_cache_keeps_what_a_server_made()
    {
        using FaultServer server = new();
        string cached = Embed + $" -CachePath '{_folder.File("vectors.db")}' -Verbose";
        Run(server, cached).Clean();
        PipelineResult second = Run(server, cached);
        Assert.Equal(FaultServer.VectorOf("one text"), second.Clean()[0].Value<float[]>("Vector"));
        Assert.Equal(3, server.Texts.Count);
        Assert.Contains(second.Verbose, line => line.StartsWith("3 of the vectors came from", StringComparison.Ordinal));

        using FaultServer other = new(request => FaultReply.Json(FaultServer.Answer(
            request.Texts.Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf("other " + text))))));
        Run(other, cached).EndedWith("EmbeddingCacheModelMismatch", ErrorCategory.InvalidData, "GetTextEmbedding");
    }

    [Theory]
    [InlineData("-Model x.gguf")]
    [InlineData("-Pooling Mean")]
    [InlineData("-Engine Managed")]
    [InlineData("-Device Cpu")]
    [InlineData("-GpuLayerCount 1")]
    [InlineData("-MainGpu 0")]
    [InlineData("-TensorSplit 1")]
    [InlineData("-ContextLength 8")]
    [InlineData("-LongText Error")]
    public void What_a_server_is_not_told_is_an_error_before_any_work(string parameter)
    {
        using FaultServer server = new();
        ErrorRecord error = Run(server, $"{Embed} {parameter}")
            .EndedWith("ParametersExclude", ErrorCategory.InvalidArgument, "GetTextEmbedding");
        Assert.Contains(parameter.Split(' ')[0], error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("-Endpoint http://localhost", "ParameterMissing")]
    [InlineData("-EndpointModel m", "ParameterMissing")]
    [InlineData("-ApiKey { 'x' }", "ParameterMissing")]
    [InlineData("-EndpointConcurrency 2", "ParameterMissing")]
    [InlineData("-EndpointTimeout 5", "ParameterMissing")]
    [InlineData("-AllowUnencryptedAuthentication", "ParameterMissing")]
    [InlineData("-Endpoint localhost:8080 -EndpointModel m", "EndpointAddressInvalid")]
    [InlineData("-Endpoint server -EndpointModel m", "EndpointAddressInvalid")]
    [InlineData("-Endpoint http://user:hunter2@localhost -EndpointModel m", "EndpointAddressInvalid")]
    [InlineData("-Endpoint http://localhost -EndpointModel ' '", "EndpointOptionInvalid")]
    [InlineData("-Endpoint http://localhost -EndpointModel m -ApiKey hunter2", "EndpointKeyInvalid")]
    [InlineData("-Endpoint http://localhost -EndpointModel m -ApiKey 5", "EndpointKeyInvalid")]
    [InlineData("-Endpoint http://server.invalid -EndpointModel m -ApiKey { 'hunter2' }", "EndpointKeyNotEncrypted")]
    [InlineData("-Endpoint http://localhost -EndpointModel m -Prompt Echo -Prefix a", "PromptPrefixInvalid")]
    public void What_makes_no_sense_is_an_error_before_any_work(string parameters, string id)
    {
        PipelineResult result = _session.Run($"& {{ 'a'; $script:read = $true }} | Get-TextEmbedding {parameters}");
        ErrorRecord error = result.EndedWith(id, ErrorCategory.InvalidArgument, "GetTextEmbedding");
        Assert.DoesNotContain("hunter2", error.ToString() + error.Exception, StringComparison.Ordinal);
        Assert.Equal("False", _session.Run("[bool] $script:read").Output[0].ToString());
    }

    [Fact]
    public void The_engine_Endpoint_is_not_to_be_chosen()
    {
        ErrorRecord? error = _session.Run("'a' | Get-TextEmbedding -Engine Endpoint").Terminating;
        Assert.StartsWith("ParameterArgumentValidationError,", error?.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Auto,Managed,Llama", error!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_comes_from_a_secure_string_a_script_block_or_the_environment()
    {
        using FaultServer server = new();
        using SecureString secret = new();
        Array.ForEach("first".ToCharArray(), secret.AppendChar);
        Run(server, Embed + " -ApiKey $secret", ("secret", secret)).Clean();
        Run(server, Embed + " -ApiKey { 'second' }").Clean();
        Run(server, Embed + " -ApiKey { $secret }", ("secret", secret)).Clean();
        const string OfEnvironment = "$env:PSLLMCLUSTER_API_KEY = 'third'; try { " + Embed + "; " + Embed + " -ApiKey $null } "
            + "finally { $env:PSLLMCLUSTER_API_KEY = $null }";
        Run(server, OfEnvironment).Clean();
        Assert.Equal(
            ["first", "first", "second", "second", "first", "first", "third", "third", null, null],
            server.Requests.Select(request => request.Key));
    }

    [Fact]
    public void A_script_block_is_run_again_where_its_key_ran_out()
    {
        using FaultServer rotating = new(request => request.IsProbe || request.Key == "key2"
            ? FaultServer.Vectors(request)
            : FaultReply.Error(401, "expired"));
        Assert.Equal(4, Run(
            rotating, "$global:count = 0; " + Embed + " -ApiKey { \"key$((++$global:count))\" }").Clean().Count);
        Assert.Equal("2", _session.Run("$global:count").Output[0].ToString());
    }

    [Theory]
    [InlineData("{ throw 'no vault' }", "no vault")]
    [InlineData("{ 5 }", "neither")]
    [InlineData("{ }", "neither")]
    [InlineData("{ '' }", "empty")]
    public void A_script_block_without_a_key_is_an_error(string script, string why)
    {
        using FaultServer server = new();
        ErrorRecord error = Run(server, $"{Embed} -ApiKey {script}")
            .EndedWith("EndpointKeyInvalid", ErrorCategory.InvalidArgument, "GetTextEmbedding");
        Assert.Contains(why, error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    public void A_key_is_in_nothing_that_is_written(int status)
    {
        using FaultServer server = new(request => request.IsProbe && status == 400
            ? FaultServer.Vectors(request)
            : FaultReply.Error(status, $"bad key {request.Key}"));
        using PowerShell shell = _session.Prepare(
            "$DebugPreference = 'Continue'; " + Embed + " -ApiKey $secret -Verbose",
            ("texts", _texts),
            ("server", server.Address),
            ("secret", SecretString()));
        PipelineResult result = PipelineResult.Of(shell);

        Assert.Equal(status == 401 ? 1 : 4, result.AllErrors.Count());
        Assert.All(server.Requests, request => Assert.Equal(Secret, request.Key));
        IEnumerable<string> all = result.AllErrors.SelectMany(
                error => new[]
                {
                    error.ToString(), error.Exception.ToString(), error.ErrorDetails.RecommendedAction, $"{error.TargetObject}",
                })
            .Concat(result.Verbose).Concat(result.Warnings).Concat(shell.Streams.Debug.Select(line => line.Message))
            .Concat(shell.Streams.Information.Select(line => line.ToString()))
            .Concat(result.Progress.Select(line => line.ToString()));
        Assert.All(all, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.Contains("bad key ***", result.AllErrors.First().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_refused_is_an_error_of_its_record()
    {
        using FaultServer server = new(request => request.Texts.Contains("another text")
            ? FaultReply.Error(400, "600 tokens are too many")
            : FaultServer.Vectors(request));
        PipelineResult result = Run(server, Embed);
        ErrorRecord error = Assert.Single(result.AllErrors).HasId("EndpointRefusedText", ErrorCategory.InvalidData, "GetTextEmbedding");
        Assert.Equal("another text", error.TargetObject);
        Assert.Equal([0, 2, 4], result.Output.Values<int>("Index"));
    }

    [Theory]
    [InlineData("$texts | Get-TextEmbedding", "GetTextEmbedding")]
    [InlineData("$texts | Group-Text", "GroupText")]
    public void A_server_that_comes_to_refuse_everything_is_one_error_that_counts_the_texts(string command, string name)
    {
        int asked = 0;
        using FaultServer server = new(request => Interlocked.Increment(ref asked) <= (name == "GroupText" ? 2 : 1)
            ? FaultServer.Vectors(request)
            : FaultReply.Error(400, "model unloaded"));
        PipelineResult result = Run(server, command + " -Endpoint $server -EndpointModel model");
        ErrorRecord error = result.EndedWith("EndpointRefusedRepeatedly", ErrorCategory.ResourceUnavailable, name);
        Assert.Contains("model unloaded", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains(" 4 texts that were on their way have no vector.", error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_that_were_made_before_a_server_fails_leave_first_and_stay_in_the_cache()
    {
        bool isUnloaded = false;
        using FaultServer server = new(request => request.Texts.Contains("text 70") || Volatile.Read(ref isUnloaded)
            ? Unloaded()
            : FaultServer.Vectors(request));
        string script = "$many | Get-TextEmbedding -Endpoint $server -EndpointModel m -EndpointConcurrency 1 "
            + $"-CachePath '{_folder.File("vectors.db")}'";
        (string, object?) many = ("many", Enumerable.Range(0, 100).Select(i => $"text {i}").ToArray());
        PipelineResult result = Run(server, script, many);
        ErrorRecord error = Assert.Single(result.AllErrors)
            .HasId("EndpointRefusedRepeatedly", ErrorCategory.ResourceUnavailable, "GetTextEmbedding");
        Assert.Contains(" 38 texts that were on their way have no vector.", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 62), result.Output.Values<int>("Index"));

        using FaultServer well = new();
        Assert.Equal(100, Run(well, script, many).Clean().Count);
        Assert.Equal(38, well.Texts.Count);

        FaultReply Unloaded()
        {
            Volatile.Write(ref isUnloaded, true);
            return FaultReply.Error(400, "model unloaded");
        }
    }

    [Fact]
    public void Texts_that_came_with_vectors_are_none_of_those_that_have_none_where_a_server_ends()
    {
        bool isUnloaded = false;
        using FaultServer server = new(request =>
        {
            isUnloaded |= request.Texts.Contains("text 2");
            return isUnloaded ? FaultReply.Error(400, "model unloaded") : FaultServer.Vectors(request);
        });
        PipelineResult result = Run(
            server,
            "$of = @{ Endpoint = $server; EndpointModel = 'm'; EndpointConcurrency = 1 }; "
                + "@('text 0', 'text 1' | Get-TextEmbedding @of; 'text 2', 'text 3') | Group-Text @of");
        ErrorRecord error = result.EndedWith("EndpointRefusedRepeatedly", ErrorCategory.ResourceUnavailable, "GroupText");
        Assert.Contains(" 2 texts that were on their way have no vector.", error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_down_beside_others_is_a_warning()
    {
        using FaultServer server = new();
        using FaultServer down = new(_ => FaultReply.Error(503, "loading", "Retry-After: 86400\r\n"));
        PipelineResult result = _session.Run(Embed, ("texts", _texts), ("server", new[] { server.Address, down.Address }));
        Assert.Equal(4, result.Clean().Count);
        Assert.Contains(result.Warnings, warning => warning.Contains("The other servers go on", StringComparison.Ordinal));
    }

    [Fact]
    public void Warnings_until_the_end_come_with_the_error_that_ends_a_grouping()
    {
        using FaultServer denying = new(request => request.IsProbe ? FaultServer.Vectors(request) : FaultReply.Error(401, "expired"));
        using FaultServer down = new(_ => FaultReply.Error(503, "loading", "Retry-After: 86400\r\n"));
        PipelineResult result = _session.Run(
            Rows + "$tickets | Group-Text -Endpoint $servers -EndpointModel v",
            ("servers", new[] { denying.Address, down.Address }));
        result.EndedWith("EndpointAccessDenied", ErrorCategory.PermissionDenied, "GroupText");
        Assert.Contains(result.Warnings, warning => warning.Contains("The other servers go on", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("$vectors[0..5] + $tickets[6..11]", 2)]
    [InlineData("$tickets[0..5] + $vectors[6..11]", 3)]
    public void Vectors_among_texts_ask_a_server_for_little_more_than_the_texts(string input, int probes)
    {
        using FaultServer server = new();
        PipelineResult result = _session.Run(
            Rows + "$vectors = @($tickets | Get-TextEmbedding -Endpoint $server -EndpointModel v); 'asked'; "
                + $"{input} | Group-Text -MinGroupSize 2 -Endpoint $server -EndpointModel v",
            ("server", server.Address));
        Assert.NotEmpty(result.Clean());
        Assert.Equal(1 + probes, server.Requests.Count(request => request.IsProbe));
        Assert.Equal(12 + 6, server.Texts.Count);
    }

    [Fact]
    public void A_server_that_hangs_is_left_at_once()
    {
        using ManualResetEventSlim asked = new();
        using FaultServer server = new(request =>
        {
            asked.Set();
            return FaultReply.Never();
        });
        using PowerShell shell = _session.Prepare(Embed, ("texts", _texts), ("server", server.Address));
        IAsyncResult run = shell.BeginInvoke();
        asked.Wait();
        shell.Stop();
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        Assert.Empty(shell.Streams.Error);
    }

    [Theory]
    [InlineData("$rows | Add-ClusterName", "ClusterName")]
    [InlineData("$rows | Get-ClusterSummary", "Name")]
    [InlineData("$rows | Add-ClusterName | Get-ClusterSummary", "Name")]
    [InlineData("$tickets | Group-Text -MinGroupSize 2", "Name")]
    public void A_chat_server_names_clusters_and_its_names_are_tested(string command, string property)
    {
        using FaultServer vectors = new();
        using FaultServer chat = new(request => FaultServer.Message(request.Messages[^1].Text switch
        {
            string text when text.Contains("Texts of the group:\n- \"vpn", StringComparison.Ordinal)
                || text.Contains("cannot connect to vpn", StringComparison.Ordinal) && !text.Contains("printer", StringComparison.Ordinal)
                => "The name of the group is \"vpn connect\".",
            _ => "I'm sorry, I can't.",
        }));
        PipelineResult result = _session.Run(
            Rows + command + " -Endpoint $server -EndpointModel v -NameEndpoint $chat -NameEndpointModel c -Context 'tickets' -Verbose",
            ("server", vectors.Address),
            ("chat", chat.Address));

        Assert.NotEmpty(result.Clean().Values<string>(property));
        Assert.All(result.Output.Values<string>(property), name => Assert.DoesNotContain("sorry", name, StringComparison.Ordinal));
        Assert.All(
            chat.Requests.Skip(1),
            request => Assert.Contains("The texts are tickets.", request.Messages[0].Text, StringComparison.Ordinal));
        Assert.Contains(result.Verbose, line => line.Contains("names are of c;", StringComparison.Ordinal));
        Assert.True(chat.Requests.Count > 2);
    }

    [Theory]
    [InlineData("$rows | Get-ClusterSummary")]
    [InlineData("$tickets | Group-Text -MinGroupSize 2")]
    public void A_server_of_vectors_that_is_down_while_names_are_tested_is_a_warning(string command)
    {
        using FaultServer vectors = new();
        using FaultServer down = new(_ => FaultReply.Error(503, "loading", "Retry-After: 86400\r\n"));
        using FaultServer chat = new(_ => FaultServer.Message("Tickets"));
        PipelineResult result = _session.Run(
            Rows + command + " -Endpoint $servers -EndpointModel v -NameEndpoint $chat -NameEndpointModel c -Verbose",
            ("servers", new[] { vectors.Address, down.Address }),
            ("chat", chat.Address));
        Assert.NotEmpty(result.Clean());
        Assert.Contains("The other servers go on", Assert.Single(result.Warnings.Distinct()), StringComparison.Ordinal);
        Assert.Single(result.Verbose, line => line.Contains("v runs at", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_wrong_with_a_chat_server_is_told_with_its_own_parameters()
    {
        using FaultServer denying = new(_ => FaultReply.Error(401, "no key"));
        using FaultServer other = new(_ => FaultReply.Error(404, "not found"));
        Assert.Contains("-NameApiKey", Action(denying), StringComparison.Ordinal);
        string found = Action(other);
        Assert.Contains("/chat/completions", found, StringComparison.Ordinal);
        Assert.Contains("llama-server -m chat.gguf", found, StringComparison.Ordinal);
        Assert.DoesNotContain("--embedding", found, StringComparison.Ordinal);

        string Action(FaultServer chat) => Assert.Single(
            _session.Run(Rows + "$rows | Get-ClusterSummary -NameEndpoint $chat -NameEndpointModel c", ("chat", chat.Address)).AllErrors)
            .ErrorDetails.RecommendedAction;
    }

    [Theory]
    [InlineData("$texts | Get-TextEmbedding")]
    [InlineData("$texts | Group-Text")]
    public void A_model_is_told_of_once_in_each_command(string command)
    {
        using FaultServer server = new();
        Assert.Single(
            Run(server, command + " -Endpoint $server -EndpointModel m -Verbose").Verbose,
            line => line.Contains("m runs at", StringComparison.Ordinal));

        // In the first of a session it is loaded, and then kept.
        for (int i = 0; i < 2; i++)
        {
            Assert.Single(
                Run(server, command + " -Verbose").Verbose,
                line => line.Contains("with the managed engine on the CPU", StringComparison.Ordinal)
                    || line.Contains("is loaded already", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("$rows | Add-ClusterName -Model x.gguf")]
    [InlineData("$rows | Add-ClusterName -Endpoint http://localhost -EndpointModel m")]
    public void A_model_that_tests_no_names_is_a_warning(string command) => Assert.Contains(
        "they change nothing", Assert.Single(_session.Run(Rows + command).Warnings), StringComparison.Ordinal);

    [Fact]
    public void A_chat_server_that_fails_leaves_the_phrases_names_with_a_warning()
    {
        int asked = 0;
        using FaultServer vectors = new();
        using FaultServer chat = new(
            _ => Interlocked.Increment(ref asked) == 1 ? FaultServer.Message("Yes") : FaultReply.Error(401, "expired"));
        PipelineResult result = _session.Run(
            Rows + "$rows | Get-ClusterSummary -Endpoint $server -EndpointModel v -NameEndpoint $chat -NameEndpointModel c",
            ("server", vectors.Address),
            ("chat", chat.Address));
        Assert.Equal(3, result.Clean().Count);
        Assert.All(result.Output, row => Assert.Equal("Keyphrase", row.Value<object>("NameSource").ToString()));
        Assert.Contains(result.Warnings, warning => warning.Contains("expired", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("$rows | Add-ClusterName", "AddClusterName")]
    [InlineData("$rows | Get-ClusterSummary", "GetClusterSummary")]
    [InlineData("$tickets | Group-Text", "GroupText")]
    public void Servers_that_exclude_files_and_servers_that_fail_end_naming_before_any_work(string command, string name)
    {
        using FaultServer server = new(_ => FaultReply.Error(404, "no such model"));
        Fails("-NameEndpoint $server -NameEndpointModel m -NameModel x.gguf", "ParametersExclude", ErrorCategory.InvalidArgument);
        Fails("-Endpoint $server -EndpointModel m -Model x.gguf", "ParametersExclude", ErrorCategory.InvalidArgument);
        Fails("-NameEndpoint $server", "ParameterMissing", ErrorCategory.InvalidArgument);
        Fails("-NameEndpointModel m", "ParameterMissing", ErrorCategory.InvalidArgument);
        Fails("-NameApiKey { 'x' }", "ParameterMissing", ErrorCategory.InvalidArgument);
        Fails("-EndpointConcurrency 2", "ParameterMissing", ErrorCategory.InvalidArgument);
        Fails("-EndpointTimeout 5", "ParameterMissing", ErrorCategory.InvalidArgument);
        Fails("-AllowUnencryptedAuthentication", "ParameterMissing", ErrorCategory.InvalidArgument);
        Fails("-NameEndpoint $server -NameEndpointModel m -NameApiKey x", "EndpointKeyInvalid", ErrorCategory.InvalidArgument);
        const string Open = "-NameEndpoint http://x.invalid -NameEndpointModel m -NameApiKey { 'x' }";
        Fails(Open, "EndpointKeyNotEncrypted", ErrorCategory.InvalidArgument);
        Assert.Empty(server.Requests);
        Fails("-NameEndpoint $server -NameEndpointModel m", "EndpointNotFound", ErrorCategory.ObjectNotFound);

        void Fails(string parameters, string id, ErrorCategory category)
            => _session.Run($"{Rows}{command} {parameters}", ("server", server.Address)).EndedWith(id, category, name);
    }

    [Fact]
    public void Groups_are_found_saved_and_filled_with_a_server()
    {
        using FaultServer server = new();
        string file = _folder.File("tickets.groups");
        const string Server = " -Endpoint $server -EndpointModel v";
        PipelineResult found = _session.Run(
            Rows + $"$tickets | Group-Text -SaveModel '{file}' -Verbose" + Server, ("server", server.Address));
        Assert.NotEmpty(found.Clean());
        string shown = $"Get-TextEmbedding -Endpoint 'http://127.0.0.1:{server.Port}/'";
        Assert.Contains(found.Verbose, line => line.Contains(shown, StringComparison.Ordinal));

        IReadOnlyList<PSObject> placed
            = _session.Run($"'slow vpn today' | Group-Text -UseModel '{file}'" + Server, ("server", server.Address)).Clean();
        Assert.Equal(1, placed.Values<int>("Count").Sum());
    }

    [Fact]
    public void Groups_take_what_a_server_made_before_from_a_cache()
    {
        using FaultServer server = new();
        string script = Rows
            + $"$tickets | Group-Text -CachePath '{_folder.File("vectors.db")}' -Endpoint $server -EndpointModel v -Verbose";
        IReadOnlyList<PSObject> first = _session.Run(script, ("server", server.Address)).Output;
        int asked = server.Texts.Count;
        PipelineResult second = _session.Run(script, ("server", server.Address));

        Assert.Equal(first.Values<int>("Count"), second.Output.Values<int>("Count"));
        Assert.Equal(asked, server.Texts.Count);
        Assert.Contains(second.Verbose, line => line.StartsWith("12 of the vectors came from", StringComparison.Ordinal));
    }

    private static SecureString SecretString()
    {
        SecureString secret = new();
        Array.ForEach(Secret.ToCharArray(), secret.AppendChar);
        return secret;
    }

    private PipelineResult Run(FaultServer server, string script, params (string Name, object? Value)[] variables)
        => _session.Run(script, [("texts", _texts), ("server", server.Address), .. variables]);
}
