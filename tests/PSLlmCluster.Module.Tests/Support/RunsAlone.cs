namespace PSLlmCluster.Module.Tests.Support;

/// <summary>Tests that run while no other does.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
