using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>-Center of the commands that measure rows.</summary>
public sealed class CenterTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly float[][] _rows = [.. TestRows.Clouds(40, 6).Select(row => Array.ConvertAll(row, value => value + 100))];

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Invoke-Umap", "-EpochCount 20", "Coordinates")]
    [InlineData("Invoke-Hdbscan", "", "OutlierScore")]
    [InlineData("Measure-Clustering", "", "NoiseShare")]
    public void Center_measures_rows_without_their_mean(string cmdlet, string parameters, string property)
    {
        double[] mean = [.. Enumerable.Range(0, 6).Select(column => _rows.Average(row => (double)row[column]))];
        double[][] centered = Array.ConvertAll(_rows, row => row.Select((value, column) => value - mean[column]).ToArray());
        double[] found = Numbers($"{cmdlet} $rows -Metric Cosine -Center {parameters}", _rows, property);
        double[] expected = Numbers($"{cmdlet} $rows -Metric Cosine {parameters}", centered, property);

        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.NotEqual(Numbers($"{cmdlet} $rows -Metric Cosine {parameters}", _rows, property), found);
    }

    [Theory]
    [InlineData("Invoke-Umap -EpochCount 20")]
    [InlineData("Invoke-Hdbscan")]
    public void The_vector_that_is_passed_on_is_the_input_s_own(string command)
    {
        float[][] before = Array.ConvertAll(_rows, row => (float[])row.Clone());
        IReadOnlyList<PSObject> results = Run($"$rows | ForEach-Object {{ , $_ }} | {command} -Metric Cosine -Center").Clean();

        Assert.All(results.Zip(_rows), pair => Assert.Same(pair.Second, pair.First.Value<float[]>("Vector")));
        Assert.Equal(before, _rows);
    }

    [Theory]
    [InlineData("Invoke-Umap", "-EpochCount 20", "Coordinates")]
    [InlineData("Invoke-Hdbscan", "", "Probability")]
    public void A_saved_model_takes_the_mean_off_new_rows_by_itself(string cmdlet, string parameters, string property)
    {
        using TemporaryFolder folder = new();
        double[] fitted = Saved($"{cmdlet} $rows -Metric Cosine -Center {parameters} -SaveModel $file");

        Assert.Equal(fitted, Saved($"{cmdlet} $rows -Model $file"));
        Assert.Equal(fitted[^(fitted.Length / 40)..], Saved($"{cmdlet} -InputObject (, $rows[39]) -Model $file"));
        ErrorRecord? refusal = _session.Run($"{cmdlet} $rows -Model $file -Center", ("file", folder.File("saved"))).Terminating;
        Assert.StartsWith("ParametersExclude", refusal?.FullyQualifiedErrorId, StringComparison.Ordinal);

        double[] Saved(string script)
            => [
                .. _session.Run(script, ("rows", _rows), ("file", folder.File("saved"))).Clean().SelectMany(
                    result => Flat(result.Value<object>(property)))
            ];
    }

    [Theory]
    [InlineData("Invoke-Umap -Model x -n_neighbors 5 -Center -ThreadCount 1", "-Center, -NeighborCount", "InvokeUmap")]
    [InlineData("Invoke-Hdbscan -Model x -MinClusterSize 5 -Force", "-Force, -MinClusterSize", "InvokeHdbscan")]
    public void Parameters_of_a_fit_that_do_not_go_with_a_saved_model_are_named_before_any_work(string command, string named, string cmdlet)
    {
        ErrorRecord refusal = Run($"& {{ throw 'a row was asked for' }} | {command}").EndedWith(
            "ParametersExclude", ErrorCategory.InvalidArgument, cmdlet);

        Assert.Equal($"-Model and {named} were given. A saved model has what it was fitted with.", refusal.Exception.Message);
        Assert.Equal($"Leave out -Model, or {named}.", refusal.ErrorDetails.RecommendedAction);
    }

    [Theory]
    [InlineData("Invoke-Umap")]
    [InlineData("Invoke-Hdbscan")]
    public void Help_and_syntax_show_the_saved_model_apart_from_the_parameters_of_a_fit(string cmdlet)
    {
        string[] sets =
        [
            .. Run($"(Get-Help {cmdlet}).syntax.syntaxItem | ForEach-Object {{ $_.parameter.name -join ' ' }}").Clean()
                .Select(set => $" {set.BaseObject} "),
        ];

        Assert.Equal(2, sets.Length);
        Assert.Single(sets, set => Has(set, "Model") && !Has(set, "Metric"));
        Assert.Single(sets, set => Has(set, "Metric") && !Has(set, "Model"));
        Assert.Contains(
            "-Model",
            Run($"(TabExpansion2 '{cmdlet} -Mod' 12).CompletionMatches.CompletionText".Replace(
                "12", $"{cmdlet.Length + 5}", StringComparison.Ordinal)).Clean().Select(match => match.BaseObject));

        static bool Has(string set, string parameter) => set.Contains($" {parameter} ", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invoke-Umap -Center -Metric Precomputed", "UmapOptionInvalid", "InvokeUmap")]
    [InlineData("Invoke-Umap -Center -NeighborIndex (, (0, 1)) -NeighborDistance (, (0, 1))", "UmapOptionInvalid", "InvokeUmap")]
    [InlineData("Invoke-Hdbscan -Center -Metric Precomputed", "HdbscanOptionInvalid", "InvokeHdbscan")]
    [InlineData("Measure-Clustering -Center -Metric Precomputed", "HdbscanOptionInvalid", "MeasureClustering")]
    public void What_has_no_rows_to_take_a_mean_of_is_refused_before_any_work(string command, string id, string cmdlet)
        => Assert.Contains(
            "Leave out Center",
            Run($"& {{ throw 'a row was asked for' }} | {command}").EndedWith(
                id, ErrorCategory.InvalidArgument, cmdlet).ErrorDetails.RecommendedAction,
            StringComparison.Ordinal);

    private double[] Numbers(string script, object rows, string property)
        => [.. _session.Run(script, ("rows", rows)).Clean().SelectMany(result => Flat(result.Value<object>(property)))];

    private PipelineResult Run(string script) => _session.Run(script, ("rows", _rows));

    private static double[] Flat(object value)
        => value is float[] place ? Array.ConvertAll(place, number => (double)number) : [(double)value];
}
