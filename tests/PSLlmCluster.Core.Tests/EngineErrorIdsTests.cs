using System.Reflection;

namespace PSLlmCluster.Core.Tests;

/// <summary>The stable names of the engine's failures.</summary>
public sealed class EngineErrorIdsTests
{
    private static readonly Dictionary<string, string> _ids = typeof(EngineErrorIds).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).ToDictionary(field => field.Name, field => (string)field.GetRawConstantValue()!);

    [Fact]
    public void Each_id_is_its_name() => Assert.All(_ids, entry => Assert.Equal(entry.Key, entry.Value));

    [Fact]
    public void Those_of_a_models_file_are_all_that_another_file_cures()
        => Assert.Equal(
            _ids.Values
                .Where(id => id.StartsWith("Model", StringComparison.Ordinal) && !id.StartsWith("ModelFile", StringComparison.Ordinal))
                .Except([EngineErrorIds.ModelReleased])
                .Order(),
            EngineErrorIds.OfModelFile.Order());

    [Fact]
    public void A_failure_knows_its_id()
    {
        EngineException failure = new(EngineErrorIds.ModelNotFound, FailureKind.NotFound, "It is not there.", "Look elsewhere.");
        Assert.True(failure.Is(EngineErrorIds.ModelNotFound));
        Assert.False(failure.Is(EngineErrorIds.ModelReleased));
        Assert.True(failure.Is(EngineErrorIds.OfModelFile));
    }
}
