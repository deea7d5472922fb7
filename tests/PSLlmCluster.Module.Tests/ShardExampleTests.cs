using System.Diagnostics;
using System.Globalization;
using System.Text;
using PSLlmCluster.Core.Tests.Endpoints;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>
/// The steps of examples/shards: however many shards there are, in whichever order they are done and whatever is lost meanwhile, the result
/// has the bytes of one run. On a Slurm cluster for real.
/// </summary>
public sealed class ShardExampleTests(ShardExampleTests.SingleRun single) : IClassFixture<ShardExampleTests.SingleRun>, IDisposable
{
    private const int SampleCount = 300;
    private static readonly string[] _results =
        ["rows.csv", "clusters.csv", "names.csv", "space.umap", "map.umap", "clusters.hdbscan", "map.html", "map.png"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_in_any_order_give_the_bytes_of_one_run_and_what_is_there_is_not_made_again()
    {
        string job = _folder.File("job");
        foreach (int shard in (int[])[2, 0, 1])
        {
            Step("embed", job, "-TextFile", single.Texts, "-ShardCount", "3", "-Shard", $"{shard}");
        }

        Step("fit", job, "-SampleCount", $"{SampleCount}");
        foreach (int shard in (int[])[1, 2, 0])
        {
            Step("label", job, "-Shard", $"{shard}");
        }

        Step("merge", job);
        AssertSame(job);

        DateTime made = File.GetLastWriteTimeUtc(Path.Combine(job, "vectors-00001.shard"));
        string[] again =
        [
            Step("embed", job, "-TextFile", single.Texts, "-ShardCount", "3", "-Shard", "1"), Step("fit", job),
            Step("label", job, "-Shard", "1"),
        ];
        Assert.All(again, output => Assert.Contains("is there already", output, StringComparison.Ordinal));
        Assert.Equal(made, File.GetLastWriteTimeUtc(Path.Combine(job, "vectors-00001.shard")));
    }

    [Fact]
    public void A_shard_that_is_missing_stops_the_steps_after_it()
    {
        string job = _folder.File("job");
        Step("embed", job, "-TextFile", single.Texts, "-ShardCount", "2", "-Shard", "0");
        foreach (string step in (string[])["fit", "merge"])
        {
            (int code, string output, string errors) = Run(step, job);
            Assert.NotEqual(0, code);
            Assert.Contains(step == "fit" ? "Missing shards: 1." : "Missing shards: 0, 1.", output + errors, StringComparison.Ordinal);
        }

        Assert.Equal(["job.json", "vectors-00000.shard"], Directory.GetFiles(job).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_shard_of_another_job_is_refused()
    {
        string job = _folder.File("job");
        string other = _folder.File("other.txt");
        File.WriteAllText(other, "another text\n");
        Step("embed", job, "-TextFile", other, "-ShardCount", "1", "-Shard", "0");
        foreach ((string texts, string count, string shard, string said) in ((string, string, string, string)[])
            [(single.Texts, "1", "0", "belongs to a job"), (other, "2", "1", "belongs to a job"), (other, "1", "1", "no shard 1 of 1")])
        {
            (int code, string output, string errors) = Run(
                "embed", job, "-TextFile", texts, "-ShardCount", count, "-Shard", shard);
            Assert.NotEqual(0, code);
            Assert.Contains(said, output + errors, StringComparison.Ordinal);
        }

        (int labelled, _, string problem) = Run("label", job, "-Shard", "0");
        Assert.NotEqual(0, labelled);
        Assert.Contains("Not there yet", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_that_servers_failed_at_is_not_done_and_is_done_by_the_next_try()
    {
        bool isWell = false;
        using FaultServer one = new(Answer);
        using FaultServer other = new(Answer);
        string job = _folder.File("job");
        string texts = _folder.File("few.txt");
        File.WriteAllLines(texts, ["a printer", "a badge", string.Empty, "a laptop"]);
        string[] arguments =
        [
            "-TextFile", texts, "-ShardCount", "1", "-Shard", "0",
            "-Endpoint", $"{one.Address},{other.Address}", "-EndpointModel", "model",
        ];
        (int code, string output, string errors) = Run("embed", job, arguments);
        Assert.NotEqual(0, code);
        Assert.Matches(@"failed[\s|]+at[\s|]+3[\s|]+of[\s|]+its[\s|]+texts", output + errors);
        Assert.Equal(["job.json"], Directory.GetFiles(job).Select(Path.GetFileName));

        Volatile.Write(ref isWell, true);
        Step("embed", job, arguments);
        Assert.Equal(["job.json", "vectors-00000.shard"], Directory.GetFiles(job).Select(Path.GetFileName).Order());

        FaultReply Answer(FaultRequest request)
            => Volatile.Read(ref isWell) || request.IsProbe
                ? FaultServer.Vectors(request)
                : FaultReply.Error(429, "the quota is used up", "Retry-After: 9999\r\n");
    }

    [Fact]
    public void A_key_goes_to_the_servers_and_to_nothing_else()
    {
        const string Secret = "key-7f3a";
        using FaultServer server = new(request => request.Headers.GetValueOrDefault("Authorization") == $"Bearer {Secret}"
            ? FaultServer.Vectors(request)
            : FaultReply.Error(401, $"a wrong key, not {Secret}"));
        string job = _folder.File("job");
        string texts = _folder.File("few.txt");
        string key = _folder.File("a key [1]");
        File.WriteAllLines(texts, ["a printer", "a badge"]);
        File.WriteAllText(key, "another\n");
        string[] arguments =
        [
            "-TextFile", texts, "-ShardCount", "1", "-Shard", "0", "-Endpoint", $"{server.Address}", "-EndpointModel", "model",
            "-ApiKeyFile", key,
        ];
        (int code, string output, string errors) = Run("embed", job, arguments);
        Assert.NotEqual(0, code);
        Assert.Contains("401", output + errors, StringComparison.Ordinal);

        File.WriteAllText(key, Secret + "\n");
        Assert.DoesNotContain(Secret, Step("embed", job, arguments), StringComparison.Ordinal);
        Assert.Equal(["job.json", "vectors-00000.shard"], Directory.GetFiles(job).Select(Path.GetFileName).Order());
        Assert.All(
            Directory.GetFiles(job),
            file => Assert.DoesNotContain(Secret, File.ReadAllText(file, Encoding.Latin1), StringComparison.Ordinal));
    }

    [SlurmTheory]
    [InlineData(5, "embed")]
    [InlineData(3, "label")]
    public void On_a_Slurm_cluster_that_loses_a_node_the_result_has_the_same_bytes(int shards, string lostAt)
    {
        string job = _folder.File("job");
        string shell = _folder.File("pwsh");
        File.WriteAllText(shell, $"#!/bin/sh\nshift 2\nexec '{ScriptProcess.Program}' \"$@\"\n");
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Slurm runs on Linux.");
        }

        File.SetUnixFileMode(shell, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ProcessStartInfo start = new(
            "unshare",
            [
                .. SlurmTheoryAttribute.Namespaces.Split(' '),
                "bash", Path.Combine(StagedModule.RepositoryRoot, "tests", "scale", "slurm.sh"),
                single.Texts, job, $"{shards}", $"{SampleCount}", lostAt,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PWSH"] = shell;
        start.Environment["DOTNET_ROOT"] = ScriptProcess.DotNetRoot;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, output + errors.Result + Logs(job));
        Assert.Contains($"lost virtual2 with texts-{lostAt} ", output, StringComparison.Ordinal);
        Assert.Contains("again ", output, StringComparison.Ordinal);
        Assert.Contains("virtual2 down", output, StringComparison.Ordinal);
        AssertSame(job);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_jobs_for_Kubernetes_have_all_their_parts(bool hasKey)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        ProcessStartInfo start = new("bash", [Path.Combine(StagedModule.RepositoryRoot, "examples", "kubernetes", "run.sh"), "6", "500"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["IMAGE"] = "texts:1";
        start.Environment["CLAIM"] = "texts";
        start.Environment["DRY_RUN"] = "1";
        start.Environment["KEY_SECRET"] = hasKey ? "texts-key" : string.Empty;
        using Process process = Process.Start(start)!;
        string[] jobs = process.StandardOutput.ReadToEnd().Split("\n---\n", StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();

        Assert.Equal(4, jobs.Length);
        Assert.Equal([hasKey, false, false, false], jobs.Select(job => job.Contains("      name: texts-key", StringComparison.Ordinal)));
        Assert.Equal([hasKey, false, false, false], jobs.Select(job => job.Contains("API_KEY", StringComparison.Ordinal)));
        foreach ((string job, string step, int completions) in jobs.Zip(
            ["embed", "fit", "label", "merge"], [6, 1, 6, 1]).Select(part => (part.First, part.Second, part.Third)))
        {
            Assert.Contains($"\n  name: texts-{step}\n", job, StringComparison.Ordinal);
            Assert.Contains($"\n  completions: {completions}\n", job, StringComparison.Ordinal);
            Assert.Contains($"/opt/shards/{step}.ps1", job, StringComparison.Ordinal);
            Assert.DoesNotMatch("(?m)^[^#]*(STEP|COMPLETIONS|PARALLELISM|MEMORY|ARGUMENTS|CLAIM|IMAGE|SECRET)", job);
        }
    }

    private static (int ExitCode, string Output, string Errors) Run(string step, string job, params string[] arguments)
        => ScriptProcess.RunFile(
            Path.Combine(StagedModule.RepositoryRoot, "examples", "shards", step + ".ps1"), ["-Folder", job, .. arguments]);

    private static string Step(string step, string job, params string[] arguments)
    {
        (int code, string output, string errors) = Run(step, job, arguments);
        Assert.True(code == 0, output + errors);
        return output;
    }

    private static string Logs(string job)
    {
        StringBuilder logs = new();
        foreach (string log in Directory.Exists(job) ? Directory.GetFiles(job, "log-*") : [])
        {
            logs.AppendLine(Path.GetFileName(log)).AppendLine(File.ReadAllText(log));
        }

        return logs.ToString();
    }

    private void AssertSame(string job)
    {
        foreach (string result in _results)
        {
            Assert.True(
                File.ReadAllBytes(Path.Combine(single.Job, result)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(job, result))),
                $"{result} is not that of one run.");
        }
    }

    /// <summary>The steps with one shard, and the texts that they read.</summary>
    public sealed class SingleRun : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public SingleRun()
        {
            Texts = _folder.File("texts.txt");
            Job = _folder.File("single");
            string[] things = ["printer", "password", "VPN", "invoice", "laptop", "mailbox", "badge", "projector"];
            string[] happenings = ["is broken", "does not work", "is missing", "needs an update", "is slow", "was refused", "is locked"];
            string[] places = ["in the lobby", "on floor 3", "at home", "in room 210", "for the new colleague", "since Monday"];
            File.WriteAllLines(Texts, Enumerable.Range(0, 500).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{things[i % 8]} {happenings[i / 8 % 7]} {places[i / 56 % 6]}, ticket {i}")));
            Step("embed", Job, "-TextFile", Texts, "-ShardCount", "1", "-Shard", "0");
            Step("fit", Job, "-SampleCount", $"{SampleCount}");
            Step("label", Job, "-Shard", "0");
            Step("merge", Job);
        }

        public string Texts { get; }

        public string Job { get; }

        public void Dispose() => _folder.Dispose();
    }
}
