namespace PSLlmCluster.Core;

/// <summary>Something the user should know of a result that is nevertheless valid.</summary>
/// <param name="Id">A stable name in PascalCase.</param>
/// <param name="Message">One sentence or two: what happened, and what to change if it matters.</param>
public sealed record EngineWarning(string Id, string Message);
