using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Endpoints;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>Vectors of servers: the order, the batches, and all that can go wrong on the way.</summary>
public sealed class EndpointEmbedderTests
{
    private static readonly string[] _texts = Texts(50);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 2)]
    public void Vectors_come_in_the_order_of_the_texts_from_all_servers(int serverCount, int concurrency)
    {
        FaultServer[] servers = [.. Enumerable.Range(0, serverCount).Select(_ => new FaultServer())];
        EndpointOptions options = EndpointRun.Options(servers) with { Concurrency = concurrency };

        EndpointRun.Of(options, _texts).HasVectorsOf(_texts);

        Assert.Equal(_texts.Order(), servers.SelectMany(server => server.Texts).Order());
        Assert.All(servers, server => Assert.InRange(server.MostWorking, 1, concurrency));
        Assert.All(
            servers.SelectMany(server => server.Requests),
            request => Assert.Equal(("/v1/embeddings", "model"), (request.Path, request.Model)));
        Array.ForEach(servers, server => server.Dispose());
    }

    [Fact]
    public void A_slow_request_holds_up_no_other_and_the_order_stays()
    {
        string[] texts = _texts[..30];
        TaskCompletionSource last = new();
        using FaultServer server = new(request =>
        {
            if (request.Texts.Contains(texts[^1]))
            {
                last.TrySetResult();
            }

            return FaultServer.Vectors(request) with { Ready = request.Texts.Contains(texts[0]) ? last.Task : Task.CompletedTask };
        });

        EndpointRun.Of(EndpointRun.Options(server) with { Concurrency = 2 }, texts).HasVectorsOf(texts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Vectors_in_any_order_and_either_encoding_are_put_in_place(bool asBase64)
    {
        using FaultServer server = new(request => FaultReply.Json(FaultServer.Answer(
            request.Texts.Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf(text), asBase64)).Reverse())));

        EndpointRun.Of(EndpointRun.Options(server), _texts).HasVectorsOf(_texts);
    }

    [Fact]
    public void A_server_that_refuses_base64_is_asked_for_numbers()
    {
        using FaultServer server = new(request => request.AsksForBase64
            ? FaultReply.Error(422, "encoding_format: unknown")
            : FaultServer.Vectors(request));

        EndpointRun.Of(EndpointRun.Options(server), _texts).HasVectorsOf(_texts);
        Assert.Single(server.Requests, request => request.AsksForBase64);
    }

    [Fact]
    public void Vectors_without_indexes_are_those_of_the_texts_in_turn()
    {
        using FaultServer server = new(request => FaultReply.Json(FaultServer.Answer(
            request.Texts.Select(text => FaultServer.Item(null, FaultServer.VectorOf(text))))));

        EndpointRun.Of(EndpointRun.Options(server), _texts).HasVectorsOf(_texts);
    }

    [Fact]
    public void What_a_partial_answer_lacks_is_asked_for_again()
    {
        using FaultServer server = new(request => FaultReply.Json(FaultServer.Answer(
            request.Texts.Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf(text))).Where((_, i) => i % 2 == 0))));

        EndpointRun.Of(EndpointRun.Options(server), _texts).HasVectorsOf(_texts);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("no index, one short")]
    [InlineData("some indexes")]
    [InlineData("an index twice")]
    [InlineData("an index too large")]
    [InlineData("wide")]
    [InlineData("no vector")]
    [InlineData("no JSON")]
    [InlineData("half JSON")]
    [InlineData("more than JSON")]
    [InlineData("base64 of half a number")]
    [InlineData("a page")]
    public void An_answer_that_is_none_is_asked_for_again_and_then_fails_for_its_texts(string fault)
    {
        int first = 8;
        using FaultServer server = new(request => request.Texts.Contains(_texts[first]) ? Broken(request) : FaultServer.Vectors(request));
        HandTime time = new();

        EndpointRun.Of(EndpointRun.Options(server), _texts, time: time)
            .FailsFor(_texts, "EndpointAnswerInvalid", [.. Enumerable.Range(first, 8)]);
        int tries = server.Requests.Count(request => request.Texts.Contains(_texts[first]));
        Assert.Equal(fault == "empty" ? 1 : 5, tries);
        Assert.Equal(tries - 1, time.Waits.Count);

        FaultReply Broken(FaultRequest request)
        {
            string[] items = [.. request.Texts.Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf(text)))];
            string[] bare = [.. request.Texts.Select(text => FaultServer.Item(null, FaultServer.VectorOf(text)))];
            string whole = FaultServer.Answer(items);
            return fault switch
            {
                "empty" => FaultReply.Json(FaultServer.Answer([])),
                "no index, one short" => FaultReply.Json(FaultServer.Answer(bare[1..])),
                "some indexes" => FaultReply.Json(FaultServer.Answer([items[0], .. bare[1..]])),
                "an index twice" => FaultReply.Json(FaultServer.Answer([.. items, items[3]])),
                "an index too large" => FaultReply.Json(FaultServer.Answer([.. items, FaultServer.Item(8, FaultServer.VectorOf("x"))])),
                "wide" => FaultReply.Json(FaultServer.Answer([.. items[1..], FaultServer.Item(0, [.. FaultServer.VectorOf("x"), 1])])),
                "no vector" => FaultReply.Json("""{"data":[{"index":0}]}"""),
                "no JSON" => FaultReply.Json("vectors"),
                "half JSON" => FaultReply.Json(whole[..(whole.Length / 2)]),
                "more than JSON" => FaultReply.Json(whole + "}"),
                "base64 of half a number" => FaultReply.Json("""{"data":[{"index":0,"embedding":"AAAAAAA="}]}"""),
                _ => FaultReply.Json("<html><body>welcome</body></html>"),
            };
        }
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("cut chunks")]
    [InlineData("closed")]
    [InlineData("too short")]
    [InlineData("no HTTP")]
    [InlineData("500")]
    [InlineData("502")]
    [InlineData("503")]
    [InlineData("408")]
    public void What_may_pass_is_tried_again(string fault)
    {
        int failures = 0;
        using FaultServer server = new(request =>
        {
            FaultReply whole = FaultServer.Vectors(request);
            return request.IsProbe || Interlocked.Increment(ref failures) % 3 == 0 ? whole : fault switch
            {
                "cut" => whole.CutInHalf(),
                "cut chunks" => whole.InChunks().CutInHalf(),
                "closed" => FaultReply.Raw(string.Empty, isCut: true),
                "too short" => FaultReply.Raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}", isCut: true),
                "no HTTP" => FaultReply.Raw("220 ready\r\n", isCut: true),
                _ => FaultReply.Error(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), "busy"),
            };
        });
        HandTime time = new();

        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server) with { Concurrency = 1 }, _texts, time: time).HasVectorsOf(_texts);
        Assert.Equal(2 * 7, time.Waits.Count);
        Assert.All(time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        Assert.Equal(2 * 7, run.Lines.Count(line => line.Contains("It is asked again in", StringComparison.Ordinal)));
    }

    [Fact]
    public void Answers_in_chunks_are_read()
    {
        using FaultServer server = new(request => FaultServer.Vectors(request).InChunks());
        EndpointRun.Of(EndpointRun.Options(server), _texts).HasVectorsOf(_texts);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public void A_server_that_asks_for_time_gets_it(int status)
    {
        int asked = 0;
        using FaultServer server = new(request => request.Texts.Contains(_texts[0]) && asked++ == 0
            ? FaultReply.Error(status, "slow down", "Retry-After: 7\r\n")
            : FaultServer.Vectors(request));
        HandTime time = new();

        EndpointRun.Of(EndpointRun.Options(server), _texts, time: time).HasVectorsOf(_texts);
        Assert.Equal([TimeSpan.FromSeconds(7)], time.Waits);
    }

    /// <summary>It is 12:00:00 on 30 November 2026. What says nothing is waited for as long as without it.</summary>
    [Theory]
    [InlineData("Mon, 30 Nov 2026 12:00:09 GMT", 9.0)]
    [InlineData("Monday, 30-Nov-26 12:00:09 GMT", 9.0)]
    [InlineData("Mon Nov 30 12:00:09 2026", 9.0)]
    [InlineData("Mon, 30 Nov 2026 11:00:00 GMT", 0.0)]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", 0.0)]
    [InlineData("0", 0.0)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void A_time_that_a_server_asks_for_may_be_a_date_or_be_none(string asked, double? seconds)
    {
        int count = 0;
        using FaultServer server = new(request => request.Texts.Contains(_texts[0]) && count++ == 0
            ? FaultReply.Error(503, "slow down", $"Retry-After: {asked}\r\n")
            : FaultServer.Vectors(request));
        HandTime time = new() { Now = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero) };

        EndpointRun.Of(EndpointRun.Options(server), _texts, time: time).HasVectorsOf(_texts);
        if (seconds is > 0)
        {
            Assert.Equal([TimeSpan.FromSeconds(seconds.Value)], time.Waits);
        }
        else
        {
            Assert.All(time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(seconds is 0 ? 0 : 2)));
        }
    }

    [Theory]
    [InlineData("301", "5 minutes")]
    [InlineData("86400", "24 hours")]
    [InlineData("864000", "10 days")]
    [InlineData("2147483647", "more than a year")]
    [InlineData("99999999999999999999", "more than a year")]
    [InlineData("Mon, 30 Nov 2026 16:00:00 GMT", "4 hours")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "more than a year")]
    public void A_server_that_asks_for_too_much_time_is_not_waited_for(string asked, string shown)
    {
        using FaultServer server = new(request => request.IsProbe
            ? FaultServer.Vectors(request)
            : FaultReply.Error(429, "quota used up", $"Retry-After: {asked}\r\n"));
        HandTime time = new() { Now = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero) };

        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts[..8], time: time)
            .FailsFor(_texts[..8], "EndpointFailed", [.. Enumerable.Range(0, 8)]);
        Assert.Empty(time.Waits);
        Assert.Contains(
            $"quota used up. It wants to be left alone for {shown}, and is not waited for.",
            run.Outcomes[0].Failure!.Message,
            StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    /// <summary>An error in an answer of status 200 is what the status would be that it says, and else a failure that may pass.</summary>
    [Theory]
    [InlineData("""{"error": {"message": "the key is not\nknown", "code": 401}}""", "EndpointAccessDenied", "401: the key is not known.")]
    [InlineData("""{"error": {"message": "no such model", "code": "404"}}""", "EndpointNotFound", "404: no such model.")]
    [InlineData("""{"error": {"message": "busy"}}""", "EndpointFailed", "busy.")]
    [InlineData("""{"error": {"message": "busy", "code": "rate_limit_exceeded"}}""", "EndpointFailed", "busy.")]
    [InlineData("""{"error": {"message": "busy", "code": 429}, "data": []}""", "EndpointFailed", "429: busy.")]
    [InlineData("""{"error": "busy"}""", "EndpointFailed", "busy.")]
    [InlineData("""{"error": {"message": "cut \ud83d"}}""", "EndpointFailed", """cut \ud83d.""")]
    [InlineData("""{"object": "error", "error": {"detail": "busy"}, "code": 7}""", "EndpointFailed", "busy.")]
    [InlineData("""{"error": {"reason": "busy"}}""", "EndpointFailed", """{"reason": "busy"}.""")]
    [InlineData("""{"error": {"message": "the input is too long"}}""", "EndpointRefusedText", "the input is too long.")]
    [InlineData("""{"error": {"message": "no", "code": 422}}""", "EndpointRefusedText", "422: no.")]
    [InlineData("""{"error": null}""", "EndpointAnswerInvalid", null)]
    [InlineData("""{"error": ""}""", "EndpointAnswerInvalid", null)]
    [InlineData("""{"error": {"message": "busy"}""", "EndpointAnswerInvalid", null)]
    public void An_error_in_an_answer_of_status_200_reaches_the_user(string answer, string id, string? said)
    {
        using FaultServer server = new(request => request.IsProbe ? FaultServer.Vectors(request) : FaultReply.Json(answer));
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts[..1]);
        EngineException failure = run.End ?? run.Outcomes[0].Failure!;
        Assert.Equal(id, failure.ErrorId);
        Assert.Equal(said is not null, failure.Message.Contains($"answers 200 (OK), with the error {said}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    [InlineData(500)]
    public void A_text_that_a_server_does_not_take_loses_no_other(int status)
    {
        int[] bad = [3, 17, 18, 49];
        using FaultServer server = new(request => request.Texts.Any(text => bad.Any(i => _texts[i] == text))
            ? FaultReply.Error(status, "input (600 tokens) is too large to process")
            : FaultServer.Vectors(request));
        HandTime time = new();

        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts, time: time).FailsFor(_texts, "EndpointRefusedText", bad);
        Assert.Empty(time.Waits);
        Assert.Contains("600 tokens", run.Outcomes[3].Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("EndpointRefused", run.Outcomes[3].Failure!.InnerException is EngineException inner ? inner.ErrorId : string.Empty);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    public void A_server_that_comes_to_refuse_everything_ends_the_work_after_one_request_and_a_short_text(int status)
    {
        int taken = 0;
        using FaultServer server = new(request => (request.IsProbe && Volatile.Read(ref taken) < 2) || Interlocked.Increment(ref taken) <= 2
            ? FaultServer.Vectors(request)
            : FaultReply.Error(status, "model unloaded"));

        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server) with { Concurrency = 1 }, Texts(400));

        Assert.True(run.End!.Is("EndpointRefusedRepeatedly"), run.End.ErrorId);
        Assert.Contains("model unloaded", run.End.Message, StringComparison.Ordinal);
        Assert.Equal(16, run.Outcomes.Count(outcome => outcome.Vector is not null));
        Assert.All(run.Outcomes.Skip(16), outcome => Assert.True(outcome.IsLeftOut));
        Assert.Equal(1 + 2 + 2, server.Requests.Count);
    }

    [Fact]
    public void Where_one_server_comes_to_refuse_everything_the_others_get_its_texts()
    {
        using FaultServer well = new();
        int asked = 0;
        using FaultServer ill = new(
            request => Interlocked.Increment(ref asked) == 1 ? FaultServer.Vectors(request) : FaultReply.Error(400, "model unloaded"));
        string[] many = Texts(400);

        EndpointRun run = EndpointRun.Of(EndpointRun.Options(well, ill) with { Concurrency = 1 }, many).HasVectorsOf(many);

        Assert.Equal(many.Order(), well.Texts.Order());
        Assert.InRange(ill.Requests.Count, 1, 3);
        Assert.All(run.Warnings, warning => Assert.Contains("model unloaded", warning.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_row_of_texts_that_are_refused_ends_the_work_and_a_shorter_one_does_not()
    {
        string[] many = Texts(400);
        string[] bad = many[50..(50 + EndpointCrew.MostRefusedInARow - 1)];
        using FaultServer server = new(request => request.Texts.Intersect(bad).Any()
            ? FaultReply.Error(400, "too long")
            : FaultServer.Vectors(request));
        EndpointOptions options = EndpointRun.Options(server) with { Concurrency = 1 };
        EndpointRun.Of(options, many).FailsFor(many, "EndpointRefusedText", [.. Enumerable.Range(50, bad.Length)]);

        using FaultServer strict = new(request => request.IsProbe ? FaultServer.Vectors(request) : FaultReply.Error(400, "too long"));
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(strict) with { Concurrency = 1 }, many);
        Assert.True(run.End!.Is("EndpointRefusedRepeatedly"), run.End.ErrorId);
        Assert.Contains("too long", run.End.Message, StringComparison.Ordinal);
        Assert.Equal(
            EndpointCrew.MostRefusedInARow, run.Outcomes.Count(outcome => outcome.Failure!.ErrorId == "EndpointRefusedText"));
    }

    [Fact]
    public void A_server_that_comes_to_run_a_model_of_another_width_is_told_of_with_the_cure()
    {
        using FaultServer server = new(request => request.IsProbe ? FaultServer.Vectors(request) : FaultReply.Json(FaultServer.Answer(
            request.Texts.Select((text, i) => FaultServer.Item(i, [.. FaultServer.VectorOf(text), 1])))));

        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts[..8])
            .FailsFor(_texts[..8], "EndpointAnswerInvalid", [.. Enumerable.Range(0, 8)]);
        EngineException failure = run.Outcomes[0].Failure!;
        Assert.Contains("a vector of 13 numbers, and those before had 12", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-CachePath", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_takes_few_texts_is_given_few()
    {
        using FaultServer server = new(request => request.Texts.Length > 3
            ? FaultReply.Error(413, "batch size 9 > maximum allowed batch size 3")
            : FaultServer.Vectors(request));
        string[] many = Texts(400);

        EndpointRun.Of(EndpointRun.Options(server) with { Concurrency = 1 }, many).HasVectorsOf(many);

        // The requests that were ready when the first were refused are halved too, and no later one.
        Assert.InRange(server.Requests.Count(request => request.Texts.Length > 3), 3, 12);
    }

    [Fact]
    public void A_server_that_takes_one_text_at_a_time_is_asked_for_the_probe_text_alone()
    {
        using FaultServer server = new(request => request.Texts.Length > 1
            ? FaultReply.Error(413, "one input at a time")
            : FaultServer.Vectors(request));
        string[] many = Texts(400);

        EndpointRun.Of(EndpointRun.Options(server) with { Concurrency = 1 }, many).HasVectorsOf(many);
        Assert.InRange(server.Requests.Count(request => request.Texts.Length > 1), 4, 120);
        Assert.Equal(
            many.Order(),
            server.Requests.Where(request => request.Texts.Length == 1).SelectMany(request => request.OwnTexts).Order());
    }

    [Fact]
    public void What_gives_only_the_first_vectors_of_an_answer_gives_all_in_the_end()
    {
        using FaultServer server = new(request => FaultReply.Json(FaultServer.Answer(
            request.Texts.Take(1).Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf(text))))));
        EndpointRun.Of(EndpointRun.Options(server), _texts).HasVectorsOf(_texts);
    }

    /// <summary>Its model was loaded again with another pooling, which shows in no answer.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(8, 4)]
    public void A_server_that_comes_to_give_other_vectors_ends_the_work_before_one_is_taken(int mostTexts, int concurrency)
    {
        int asked = 0;
        using FaultServer server = new(request => Interlocked.Increment(ref asked) <= 6 ? FaultServer.Vectors(request) : Other(request));
        EndpointOptions options = EndpointRun.Options(server) with { MostTexts = mostTexts, Concurrency = concurrency };
        EndpointRun run = EndpointRun.Of(options, Texts(400));

        Assert.True(run.End!.Is("EndpointModelChanged"), run.End.ErrorId);
        Assert.Contains(server.Address.Authority, run.End.Message, StringComparison.Ordinal);
        EmbeddingOutcome[] taken = [.. run.Outcomes.Where(outcome => outcome.Vector is not null)];
        Assert.InRange(taken.Length, 1, 5 * mostTexts);
        Assert.All(taken, outcome => Assert.Equal(FaultServer.VectorOf(Texts(400)[outcome.Index]), outcome.Vector));
        Assert.All(run.Outcomes.Except(taken), outcome => Assert.True(outcome.IsLeftOut));
    }

    [Fact]
    public void Where_one_server_comes_to_give_other_vectors_the_others_go_on()
    {
        int asked = 0;
        using FaultServer well = new();
        using FaultServer changed = new(request => Interlocked.Increment(ref asked) <= 3 ? FaultServer.Vectors(request) : Other(request));
        string[] many = Texts(400);
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(well, changed), many).HasVectorsOf(many);
        EngineWarning warning = Assert.Single(run.Warnings);
        Assert.Equal("EndpointChanged", warning.Id);
        Assert.Contains($"{changed.Address.Authority}", warning.Message, StringComparison.Ordinal);
    }

    /// <summary>Behind one address there are two servers, or vectors depend on the texts beside them.</summary>
    [Fact]
    public void A_server_whose_vectors_depend_on_the_texts_beside_them_fails()
    {
        using FaultServer server = new(request => request.Texts.Length > 1 ? Other(request) : FaultServer.Vectors(request));
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts);
        Assert.True(run.End!.Is("EndpointFailedRepeatedly"), run.End.ErrorId);
        Assert.Contains("among 8 others than alone", run.End.Message, StringComparison.Ordinal);
        Assert.All(run.Outcomes, outcome => Assert.Null(outcome.Vector));
    }

    private static FaultReply Other(FaultRequest request) => FaultReply.Json(FaultServer.Answer(
        request.Texts.Select((text, i) => FaultServer.Item(i, FaultServer.VectorOf("another " + text)))));

    [Fact]
    public void A_server_that_always_fails_ends_the_work_after_three_requests()
    {
        int taken = 0;
        using FaultServer server = new(request => request.IsProbe || Interlocked.Increment(ref taken) <= 2
            ? FaultServer.Vectors(request)
            : FaultReply.Error(500, "CUDA error"));

        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server) with { Concurrency = 1 }, Texts(400));

        Assert.True(run.End!.Is("EndpointFailedRepeatedly"));
        Assert.Contains("CUDA error", run.End.Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, run.Outcomes.Count), run.Outcomes.Select(outcome => outcome.Index));
        Assert.Equal(16, run.Outcomes.Count(outcome => outcome.Vector is not null));
        Assert.Equal(24, run.Outcomes.Count(outcome => outcome.Failure?.ErrorId == "EndpointFailed"));
        Assert.Equal(1 + 2 + (3 * 5), server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_hangs_is_asked_once_more()
    {
        HandTime time = new();
        using SemaphoreSlim hanging = new(0);
        using FaultServer server = new(request =>
        {
            if (request.Texts.Contains(_texts[0]))
            {
                hanging.Release();
                return FaultReply.Never();
            }

            return FaultServer.Vectors(request);
        });
        Task<EndpointRun> work = Task.Run(() => EndpointRun.Of(EndpointRun.Options(server) with { Concurrency = 1 }, _texts, time: time));
        for (int i = 0; i < 2; i++)
        {
            await hanging.WaitAsync();
            time.End(EndpointRun.Timeout);
        }

        EndpointRun run = (await work).FailsFor(_texts, "EndpointFailed", [.. Enumerable.Range(0, 8)]);
        Assert.Contains("no answer within 100 seconds", run.Outcomes[0].Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_that_hangs_can_be_cancelled()
    {
        using CancellationTokenSource cancellation = new();
        using FaultServer server = new(request =>
        {
            if (request.IsProbe)
            {
                return FaultServer.Vectors(request);
            }

            cancellation.CancelAsync();
            return FaultReply.Never();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => EndpointRun.Of(EndpointRun.Options(server), _texts, token: cancellation.Token));
    }

    [Fact]
    public void Where_one_server_fails_the_others_go_on_and_it_comes_back()
    {
        HandTime time = new();
        bool isDown = true;
        using FaultServer well = new();
        using FaultServer ill = new(request => request.IsProbe || !Volatile.Read(ref isDown)
            ? FaultServer.Vectors(request)
            : FaultReply.Error(503, "loading"));
        EndpointModel model = EndpointModel.Connect(EndpointRun.Options(well, ill), null, time);
        using ITextEmbedder embedder = model.Open(new EmbeddingOptions());
        List<EmbeddingOutcome> outcomes = [];
        EngineWarning? warning = null;
        int sent = 0;
        while (warning is null)
        {
            outcomes.AddRange(embedder.Add(sent, $"text {sent++}"));
            warning = embedder.TakeWarning();
        }

        Assert.Equal("EndpointDown", warning.Id);
        Assert.Contains("loading", warning.Message, StringComparison.Ordinal);
        Volatile.Write(ref isDown, false);
        int before = ill.Texts.Count;
        while (ill.Texts.Count == before)
        {
            time.End(EndpointCrew.DownTime);
            outcomes.AddRange(embedder.Add(sent, $"text {sent++}"));
        }

        outcomes.AddRange(embedder.Flush());
        Assert.Equal(Enumerable.Range(0, sent), outcomes.Select(outcome => outcome.Index));
        Assert.All(outcomes, outcome => Assert.Equal(FaultServer.VectorOf($"text {outcome.Index}"), outcome.Vector));
        Assert.Null(embedder.TakeWarning());
    }

    [Fact]
    public void A_request_from_before_a_server_was_left_alone_does_not_have_it_left_alone_again()
    {
        HandTime time = new();
        const int Tries = 5;
        bool isDown = true;
        string? held = null;
        int heldTries = 0;
        TaskCompletionSource isBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // The server that is well leaves the other one something to do.
        using FaultServer well = new(request => request.IsProbe
            ? FaultServer.Vectors(request)
            : FaultServer.Vectors(request) with { Ready = isBack.Task });
        using FaultServer ill = new(Answer);
        EndpointModel model = EndpointModel.Connect(EndpointRun.Options(well, ill) with { MostTexts = 1 }, null, time);
        using ITextEmbedder embedder = model.Open(new EmbeddingOptions());
        List<EmbeddingOutcome> outcomes = [];
        int sent = 0;
        while (embedder.HasRoom)
        {
            outcomes.AddRange(embedder.Add(sent, $"text {sent++}"));
        }

        SpinWait.SpinUntil(() => embedder.TakeWarning() is { Id: "EndpointDown" });
        Volatile.Write(ref isDown, false);
        SpinWait.SpinUntil(() =>
        {
            time.End(EndpointCrew.DownTime);
            return isBack.Task.IsCompleted;
        });

        release.SetResult();
        outcomes.AddRange(embedder.Flush());
        Assert.Null(embedder.TakeWarning());
        Assert.InRange(Volatile.Read(ref heldTries), Tries, int.MaxValue);
        Assert.Equal(Enumerable.Range(0, sent), outcomes.Select(outcome => outcome.Index));
        Assert.All(outcomes, outcome => Assert.Equal(FaultServer.VectorOf($"text {outcome.Index}"), outcome.Vector));

        FaultReply Answer(FaultRequest request)
        {
            if (request.IsProbe)
            {
                return FaultServer.Vectors(request);
            }

            string text = request.OwnTexts[0];
            if ((Interlocked.CompareExchange(ref held, text, null) ?? text) == text && Interlocked.Increment(ref heldTries) <= Tries)
            {
                return FaultReply.Error(503, "loading") with { Ready = release.Task };
            }

            if (Volatile.Read(ref isDown))
            {
                return FaultReply.Error(503, "loading");
            }

            isBack.TrySetResult();
            return FaultServer.Vectors(request);
        }
    }

    [Fact]
    public void A_text_that_all_servers_fail_at_goes_to_each_once_though_they_come_back()
    {
        HandTime time = new();
        const int Bad = 3;
        const int Tries = 5;
        using FaultServer first = new(Answer);
        using FaultServer second = new(Answer);

        EndpointRun.Of(EndpointRun.Options(first, second) with { MostTexts = 1 }, _texts, time: time)
            .FailsFor(_texts, "EndpointFailed", Bad);
        Assert.InRange(first.Texts.Concat(second.Texts).Count(text => text == _texts[Bad]), Tries, 2 * Tries);

        FaultReply Answer(FaultRequest request)
        {
            if (!request.Texts.Contains(_texts[Bad]))
            {
                return FaultServer.Vectors(request);
            }

            time.End(EndpointCrew.DownTime);
            return FaultReply.Error(500, "out of memory");
        }
    }

    [Fact]
    public void A_server_that_is_not_there_at_the_start_is_a_warning_where_others_are()
    {
        using FaultServer server = new();
        EndpointRun run = EndpointRun.Of(EndpointRun.Options([FaultServer.NobodysAddress(), server.Address]), _texts).HasVectorsOf(_texts);
        Assert.Contains("cannot be reached", Assert.Single(run.Warnings).Message, StringComparison.Ordinal);

        EndpointRun none = EndpointRun.Of(EndpointRun.Options([FaultServer.NobodysAddress()]), _texts);
        Assert.True(none.End!.Is("EndpointFailed"));
        Assert.Empty(none.Outcomes);
    }

    [Fact]
    public async Task A_server_that_hangs_at_the_start_is_waited_for_once_where_others_answer()
    {
        HandTime time = new();
        using FaultServer well = new();
        using FaultServer hanging = new(_ => FaultReply.Never());
        Task<EndpointRun> work = Task.Run(() => EndpointRun.Of(EndpointRun.Options(hanging, well), _texts, time: time));

        // A try at each server, and what the run waits at most after the first answer.
        await time.WhenMade(EndpointRun.Timeout, 3);
        time.End(EndpointRun.Timeout);

        EndpointRun run = (await work).HasVectorsOf(_texts);
        Assert.Contains("no answer within 100 seconds", Assert.Single(run.Warnings).Message, StringComparison.Ordinal);
        Assert.InRange(hanging.Requests.Count, 1, 2);
        Assert.Equal(_texts.Order(), well.Texts.Order());
    }

    [Fact]
    public async Task A_server_that_refuses_a_key_at_the_start_ends_the_work_though_another_hangs()
    {
        HandTime time = new();
        using FaultServer denying = new(_ => FaultReply.Error(401, "no key"));
        using FaultServer hanging = new(_ => FaultReply.Never());
        EndpointRun run = await Task.Run(() => EndpointRun.Of(EndpointRun.Options(hanging, denying), _texts, time: time));
        Assert.True(run.End!.Is("EndpointAccessDenied"));
    }

    [Fact]
    public void Servers_that_run_other_models_are_found_at_the_start()
    {
        using FaultServer one = new();
        using FaultServer other = new(request => FaultReply.Json(FaultServer.Answer(request.Texts.Select(
            (text, i) => FaultServer.Item(i, [.. FaultServer.VectorOf(text).Select((number, j) => number + (j % 2))])))));
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(one, other), _texts);
        Assert.True(run.End!.Is("EndpointModelMismatch"));
        Assert.Empty(one.Texts);

        // Another length is no other model: the angle counts.
        using FaultServer longer = new(request => FaultReply.Json(FaultServer.Answer(
            request.Texts.Select((text, i) => FaultServer.Item(i, [.. FaultServer.VectorOf(text).Select(number => number * 3)])))));
        Assert.Null(EndpointRun.Of(EndpointRun.Options(one, longer), _texts).End);
    }

    [Theory]
    [InlineData(401, "EndpointAccessDenied")]
    [InlineData(402, "EndpointAccessDenied")]
    [InlineData(403, "EndpointAccessDenied")]
    [InlineData(404, "EndpointNotFound")]
    [InlineData(405, "EndpointNotFound")]
    [InlineData(400, "EndpointRefused")]
    public void What_no_try_can_mend_ends_the_work_at_once(int status, string id)
    {
        using FaultServer server = new(_ => FaultReply.Error(status, "it is so"));
        HandTime time = new();
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts, time: time);
        Assert.True(run.End!.Is(id), run.End.ErrorId);
        Assert.Contains("it is so", run.End.Message, StringComparison.Ordinal);
        Assert.Empty(time.Waits);
    }

    [Fact]
    public void Where_a_key_runs_out_what_was_made_leaves_first()
    {
        int taken = 0;
        using FaultServer server = new(request => request.IsProbe || Interlocked.Increment(ref taken) <= 3
            ? FaultServer.Vectors(request)
            : FaultReply.Error(401, "expired"));
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server) with { Concurrency = 1 }, Texts(400));

        Assert.True(run.End!.Is("EndpointAccessDenied"));
        Assert.Equal(24, run.Outcomes.Count(outcome => outcome.Vector is not null));
        Assert.All(run.Outcomes.Skip(24), outcome => Assert.True(outcome.IsLeftOut && outcome.Failure!.Is("EndpointAccessDenied")));
    }

    [Fact]
    public void Redirections_are_not_followed()
    {
        using FaultServer elsewhere = new();
        string location = $"Location: {elsewhere.Address}v1/embeddings?secret=x\r\n";
        using FaultServer server = new(_ => FaultReply.Json("{}", 307, location));
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts);
        Assert.True(run.End!.Is("EndpointRedirected"));
        Assert.Contains($":{elsewhere.Port}/v1/embeddings,", run.End.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.End.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("//:80")]
    [InlineData("//h:99999")]
    [InlineData("http:///")]
    public void A_redirection_to_no_address_is_one_to_elsewhere(string location)
    {
        using FaultServer server = new(_ => FaultReply.Json("{}", 307, $"Location: {location}\r\n"));
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts);
        Assert.True(run.End!.Is("EndpointRedirected"));
        Assert.Contains(" to elsewhere,", run.End.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_of_any_number_of_texts_are_sent()
    {
        using FaultServer server = new();
        EndpointRun.Of(EndpointRun.Options(server) with { MostTexts = int.MaxValue }, _texts).HasVectorsOf(_texts);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public void A_certificate_that_nobody_vouches_for_ends_the_work()
    {
        using FaultServer server = new(withTls: true);
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), _texts);
        Assert.True(run.End!.Is("EndpointNotTrusted"));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void An_answer_without_end_is_not_read_to_it()
    {
        using FaultServer server = new(request => request.IsProbe
            ? FaultServer.Vectors(request)
            : FaultReply.Json("{\"data\":[" + new string(' ', 1 << 20)));
        EndpointRun.Of(EndpointRun.Options(server), _texts[..4]).FailsFor(_texts[..4], "EndpointAnswerInvalid", 0, 1, 2, 3);
    }

    [Fact]
    public void A_vector_that_is_not_finite_is_a_failure_of_its_text()
    {
        string[] texts = ["x", .. _texts[..5], "number", .. _texts[6..10]];
        int index = Array.FindIndex(texts, text => FaultServer.VectorOf(text)[0] == 0);
        using FaultServer server = new(request => FaultReply.Json(FaultServer.Answer(request.Texts.Select((text, i) =>
            text == texts[index]
                ? FaultServer.Item(i, FaultServer.VectorOf(text)).Replace("[0", "[null", StringComparison.Ordinal)
                : FaultServer.Item(i, FaultServer.VectorOf(text))))));

        EndpointRun.Of(EndpointRun.Options(server), texts).FailsFor(texts, "EmbeddingNotFinite", index);
    }

    [Fact]
    public void Prefix_prompt_and_length_are_of_this_side()
    {
        using FaultServer server = new();
        EmbeddingOptions prefixed = new() { Prefix = "clustering: ", Normalize = true };
        float[] vector = EndpointRun.Of(EndpointRun.Options(server), ["a text"], prefixed).Outcomes[0].Vector!;
        Assert.Equal("clustering: a text", Assert.Single(server.Texts));
        Assert.Equal(1, vector.Sum(number => (double)number * number), 6);

        EmbeddingOptions asked = new() { Prompt = TextPrompt.Topic, Pooling = PoolingType.Last };
        EndpointRun.Of(EndpointRun.Options(server), ["b"], asked);
        Assert.Equal("The topic of \"b\" in one word:\"", server.Texts[^1]);

        EmbeddingOptions echo = new() { Prompt = TextPrompt.Echo };
        Assert.True(EndpointRun.Of(EndpointRun.Options(server), ["c"], echo).End!.Is("PromptUnsupported"));
    }

    [Fact]
    public void Batches_end_by_their_tokens_and_long_texts_go_alone()
    {
        string[] texts = ["a b", new string('x', 500), "c d", "漢字かな交じり文章が続く", "e f", "g"];
        using FaultServer server = new();
        EndpointRun.Of(EndpointRun.Options(server), texts, new EmbeddingOptions { BatchSize = 12 }).HasVectorsOf(texts);
        Assert.Equal(
            [[texts[0]], [texts[1]], [texts[2]], [texts[3]], [texts[4], texts[5]]],
            server.Requests.Where(request => !request.IsProbe).Select(request => request.OwnTexts)
                .OrderBy(batch => Array.IndexOf(texts, batch[0])));
    }

    [Fact]
    public void Texts_with_anything_in_them_arrive_as_they_are()
    {
        string[] texts = ["\"quoted\" \\ and / <b>", "line\nbreak\ttab\0nul", "emoji 😀 漢字", "half \ud800 pair"];
        using FaultServer server = new();
        EndpointRun run = EndpointRun.Of(EndpointRun.Options(server), texts);
        Assert.Equal([.. texts[..3], "half \ufffd pair"], server.Texts);
        Assert.All(run.Outcomes, outcome => Assert.Null(outcome.Failure));
    }

    private static string[] Texts(int count)
        => [.. Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"text number {i} of word{i % 7}"))];
}
