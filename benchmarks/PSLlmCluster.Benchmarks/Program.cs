using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PSLlmCluster.Benchmarks;

// `whole FILE…` times the work from texts to the map, `embed FILE` its first part with one engine beside another, `fit` one algorithm on
// one set of rows, as the peers' scripts do, `growth` sizes that grow, `place` new rows in a fitted map or clusters, `names` names
// clusters without a model, `shards` writes and reads embeddings, `cache` keeps and finds them, `picture` draws maps, and `page` opens
// the map's page in Chromium; anything else is BenchmarkDotNet's, one class per stage.
switch (args)
{
    case ["whole", ..]:
        return WholeWork.Run(args.AsSpan(1));
    case ["fit", ..]:
        return FitRun.Run(args.AsSpan(1));
    case ["embed", ..]:
        return EmbedRun.Run(args.AsSpan(1));
    case ["groups", ..]:
        return GroupRun.Run(args.AsSpan(1));
    case ["growth", ..]:
        return Growth.Run(args.AsSpan(1));
    case ["place", ..]:
        return PlaceRun.Run(args.AsSpan(1));
    case ["picture", ..]:
        return PictureRun.Run(args.AsSpan(1));
    case ["page", ..]:
        return PageRun.Run(args.AsSpan(1));
    case ["names", ..]:
        return NamesRun.Run(args.AsSpan(1));
    case ["cache", ..]:
        return CacheRun.Run(args.AsSpan(1));
    case ["shards", ..]:
        return ShardRun.Run(args.AsSpan(1));
}

// In this process: BenchmarkDotNet's own child projects would be built inside the repository, under its central packages and lock files.
Job job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(1)
    .WithIterationCount(5);
IConfig config = DefaultConfig.Instance
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .WithArtifactsPath(Path.Combine(Environment.CurrentDirectory, "artifacts", "benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return 0;
