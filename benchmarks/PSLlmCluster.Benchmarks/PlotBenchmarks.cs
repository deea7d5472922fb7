using BenchmarkDotNet.Attributes;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Benchmarks;

/// <summary>The map in each of its kinds.</summary>
public class PlotBenchmarks
{
    private PlotPoint[] _points = [];
    private string _path = string.Empty;

    [Params(30, 2000)]
    public int PointCount { get; set; }

    [Params("png", "svg", "html")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        EngineFiles.Root = StagedModule.Find();
        RowMatrix places = BenchmarkRows.Groups(PointCount, 2);
        _points = [
            .. Enumerable.Range(0, PointCount).Select(
                i => new PlotPoint(places.Row(i)[0], places.Row(i)[1], (i % 21) - 1, $"Text {i} of the map"))
        ];
        _path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.{Kind}");
    }

    [GlobalCleanup]
    public void Free() => File.Delete(_path);

    [Benchmark]
    public IReadOnlyList<EngineWarning> Save() => ClusterPlot.Save(_points, PlotFile.At(_path), new ClusterPlotOptions());
}
