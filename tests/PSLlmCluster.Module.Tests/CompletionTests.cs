using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public CompletionTests()
    {
        File.WriteAllText(_folder.File("first.gguf"), string.Empty);
        File.WriteAllText(_folder.File("second one.GGUF"), string.Empty);
        File.WriteAllText(_folder.File("notes.txt"), string.Empty);
        Directory.CreateDirectory(_folder.File("models"));
        File.WriteAllText(Path.Combine(_folder.File("models"), "third.gguf"), string.Empty);
        _session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($folder)", ("folder", _folder.Path)).Clean();
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Invoke-Umap -Metric Co", "Correlation, Cosine")]
    [InlineData("Invoke-Umap -init ", "Given, Pca, Random, Spectral")]
    [InlineData("Invoke-Hdbscan -ClusterSelectionMethod ", "Eom, Leaf")]
    [InlineData("Get-TextEmbedding -Device ", "Auto, Cpu, Gpu")]
    [InlineData("Get-TextEmbedding -Engine ", "Auto, Llama, Managed")]
    [InlineData("Get-TextEmbedding -Engine l", "Llama")]
    [InlineData("Get-TextEmbedding -Pooling ", "Cls, Last, Mean, Model")]
    [InlineData("Get-TextEmbedding -LongText ", "Error, Split, Truncate")]
    [InlineData("Get-TextEmbedding -Prompt ", "Echo, None, OneWord, Topic")]
    [InlineData("Get-TextEmbedding -Prompt 'one", "OneWord")]
    [InlineData("Export-ClusterPlot map.svg -Palette ", "Distinct, Notebook, Place")]
    [InlineData("Export-ClusterPlot map.svg -Palette pl", "Place")]
    [InlineData("Invoke-Hdbscan -min_", "-min_cluster_size, -min_samples")]
    [InlineData("Measure-Clustering -ClusterSelectionMethod ", "Eom, Leaf")]
    public void Closed_choices_and_names_complete(string input, string expected)
        => Assert.Equal(expected.Split(", "), Complete(input).Select(match => match.CompletionText).Order(StringComparer.Ordinal));

    [Fact]
    public void Model_completes_to_the_models_of_the_location_and_the_one_that_comes_along()
    {
        string[] texts = [.. Complete("Get-TextEmbedding -Model ").Select(match => match.CompletionText)];
        string here = "." + Path.DirectorySeparatorChar;

        Assert.Contains($"{here}first.gguf", texts);
        Assert.Contains($"'{here}second one.GGUF'", texts);
        Assert.Contains($"{here}models", texts);
        Assert.Contains(texts, text => text.Contains("all-MiniLM-L6-v2.Q8_0.gguf", StringComparison.Ordinal));
        Assert.DoesNotContain(texts, text => text.Contains("notes.txt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Path ")]
    [InlineData("-LiteralPath ")]
    public void Paths_of_models_complete_like_Model(string parameter)
        => Assert.Equal(
            Complete("Get-TextEmbedding -Model ").Select(match => match.CompletionText),
            Complete($"Get-EmbeddingModel {parameter}").Select(match => match.CompletionText));

    [Theory]
    [InlineData("models/", "models/third.gguf")]
    [InlineData("./models/th", "./models/third.gguf")]
    [InlineData("'seco", "second one.GGUF")]
    [InlineData("FIR", "first.gguf")]
    public void Model_completes_what_was_typed_so_far(string typed, string expected)
        => Assert.Contains(expected, Assert.Single(Complete($"Get-TextEmbedding -Model {typed}")).CompletionText, StringComparison.Ordinal);

    [Fact]
    public void Model_completes_full_paths_and_offers_nothing_where_there_is_nothing()
    {
        Assert.Contains(
            "third.gguf",
            Assert.Single(Complete($"Get-TextEmbedding -Model {_folder.File("models")}/t")).CompletionText,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            Complete("Get-TextEmbedding -Model no-such-folder/x"),
            match => match.CompletionText.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Model_completes_the_default_that_the_environment_names()
    {
        const string Variable = "PSLLMCLUSTER_MODEL";
        string? before = Environment.GetEnvironmentVariable(Variable);
        try
        {
            Environment.SetEnvironmentVariable(Variable, Path.Combine(_folder.File("models"), "third.gguf"));
            Assert.Contains("third.gguf", Assert.Single(Complete("Get-TextEmbedding -Model thi")).CompletionText, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }
    }

    private List<CompletionResult> Complete(string input)
    {
        using PowerShell shell = PowerShell.Create(_session.Runspace);
        return [.. CommandCompletion.CompleteInput(input, input.Length, null, shell).CompletionMatches];
    }
}
