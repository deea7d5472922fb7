using System.Text.Json;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap.Transform;

public class UmapTransformTests
{
    public static IEnumerable<string> Ids
        => GoldenSet.Umap.CaseIds().Where(id => GoldenSet.Umap.Case(id).Json.GetProperty("kind").GetString() == "transform");

    public static TheoryData<string> Cases => [.. Ids];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Strengths_and_starts_are_the_reference_s(string id)
    {
        GoldenFile golden = GoldenSet.Umap.Case(id);
        UmapModel model = Model(golden);
        double[] distances = golden.Doubles("knn_dists");
        int[] neighbors = golden.Ints("knn_indices");
        float[] sigmas = golden.Floats("sigmas");
        float[] rhos = golden.Floats("rhos");
        float[] memberships = golden.Floats("memberships");
        float[] starts = golden.Floats("init_positions");
        int k = golden.Shape("knn_indices")[1];
        float[] strengths = new float[k];
        double[] place = new double[model.ComponentCount];
        for (int row = 0; row < sigmas.Length; row++)
        {
            ReadOnlySpan<double> own = distances.AsSpan(row * k, k);
            (float sigma, float rho) = UmapTransform.Strengths(model, own, strengths);

            Assert.Equal(rhos[row], rho, 1e-6 * rhos[row]);
            if (own[0] == 0)
            {
                continue; // the floor of sigma: theirs is of all new rows, ours of the row
            }

            Assert.Equal(sigmas[row], sigma, 1e-4 * sigmas[row]);
            for (int i = 0; i < k; i++)
            {
                Assert.Equal(memberships[(row * k) + i], strengths[i], 2e-4);
            }

            UmapTransform.Start(model, neighbors.AsSpan(row * k, k), memberships.AsSpan(row * k, k), place);
            for (int d = 0; d < place.Length; d++)
            {
                Assert.Equal(starts[(row * place.Length) + d], place[d], 1e-4);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void New_rows_come_to_lie_as_well_as_the_reference_s(string id)
    {
        GoldenFile golden = GoldenSet.Umap.Case(id);
        UmapModel model = Model(golden);
        RowMatrix rows = NewRows(golden);
        float[] layout = model.Transform(rows).Layout.Values;

        double theirs = Preservation(golden, golden.Floats("layout"));
        double ours = Preservation(golden, layout);

        // Of few rows two neighbours more or less are chance.
        double chance = 2.0 / golden.Ints("knn_indices").Length;
        Assert.True(ours >= theirs - 0.03 - chance, $"{ours:0.0000} of the neighbours are preserved, the reference has {theirs:0.0000}");
    }

    [Fact]
    public void A_row_comes_to_the_same_place_whatever_comes_with_it()
    {
        UmapModel model = Fit(TestRows.Random(200, 12, seed: 1), out _).Model;
        RowMatrix rows = TestRows.Random(70, 12, seed: 2);
        float[] all = model.Transform(rows, threadCount: 2).Layout.Values;
        int[] shuffle = TestRows.Shuffle(70, seed: 3);
        float[] shuffled = model.Transform(CanonicalOrder.Apply(rows, shuffle), threadCount: 1).Layout.Values;

        for (int row = 0; row < 70; row++)
        {
            Assert.Equal(all.AsSpan(2 * row, 2).ToArray(), model.Transform(new RowMatrix(rows.Row(row).ToArray(), 1, 12)).Layout.Values);
            Assert.Equal(all.AsSpan(2 * shuffle[row], 2).ToArray(), shuffled.AsSpan(2 * row, 2).ToArray());
        }

        Assert.Equal(all, model.Transform(rows, threadCount: 5).Layout.Values);
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Manhattan)]
    public void A_fitted_row_comes_to_lie_where_it_was_fitted(Metric metric)
    {
        RowMatrix rows = TestRows.Random(120, 8, seed: 4);
        UmapFit fit = UmapReduction.Fit(rows, new UmapOptions { Metric = metric, EpochCount = 60 });

        Assert.Equal(fit.Result.Layout.Values, fit.Model.Transform(rows).Layout.Values);
    }

    [Fact]
    public void A_row_that_is_nearly_a_fitted_one_comes_to_lie_next_to_it()
    {
        RowMatrix rows = TestRows.Random(300, 8, seed: 5);
        UmapFit fit = Fit(rows, out float[] layout);
        float[] near = Array.ConvertAll(rows.Values, value => value * 1.0001f);
        float[] places = fit.Model.Transform(new RowMatrix(near, 300, 8)).Layout.Values;

        double moved = 0;
        double size = 0;
        for (int i = 0; i < places.Length; i++)
        {
            moved += Math.Abs(places[i] - layout[i]);
            size += Math.Abs(layout[i] - layout[(i + 40) % layout.Length]);
        }

        Assert.InRange(moved, 0, 0.25 * size);
    }

    [Fact]
    public void Rows_of_another_width_are_refused_with_both_widths()
    {
        EngineException error = Assert.Throws<EngineException>(
            () => Fit(TestRows.Random(30, 5, seed: 6), out _).Model.Transform(TestRows.Random(2, 4, seed: 7)));

        Assert.Equal("RowLengthMismatch", error.ErrorId);
        Assert.Contains("4", error.Message, StringComparison.Ordinal);
        Assert.Contains("5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_is_not_finite_is_refused()
        => Assert.Equal(
            "RowNotFinite",
            Assert.Throws<EngineException>(
                () => Fit(TestRows.Random(30, 2, seed: 6), out _).Model.Transform(new RowMatrix([1, float.NaN], 1, 2))).ErrorId);

    [Fact]
    public void No_rows_have_no_places()
        => Assert.Empty(Fit(TestRows.Random(30, 2, seed: 6), out _).Model.Transform(new RowMatrix([], 0, 2)).Layout.Values);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Few_fitted_rows_take_new_ones(int count)
        => Assert.All(
            Fit(TestRows.Random(count, 3, seed: 8), out _).Model.Transform(TestRows.Random(4, 3, seed: 9)).Layout.Values,
            value => Assert.True(float.IsFinite(value)));

    [Fact]
    public void A_row_out_of_reach_lies_at_its_nearest_one_with_a_warning()
    {
        RowMatrix rows = TestRows.Random(40, 3, seed: 10);
        UmapFit fit = UmapReduction.Fit(rows, new UmapOptions { DisconnectionDistance = 50, EpochCount = 20 });
        UmapResult result = fit.Model.Transform(new RowMatrix([1000, 1000, 1000], 1, 3));

        Assert.Equal("RowsWithoutEdges", Assert.Single(result.Warnings).Id);
        Assert.All(result.Layout.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Precomputed_distances_of_a_new_row_follow_the_order_of_the_fit()
    {
        RowMatrix all = TestRows.Random(60, 4, seed: 11);
        MetricSpace space = MetricSpace.Create(all, Metric.Euclidean);
        float[] among = new float[50 * 50];
        float[] toFitted = new float[10 * 50];
        for (int row = 0; row < 60; row++)
        {
            for (int column = 0; column < 50; column++)
            {
                (row < 50 ? among : toFitted)[(row < 50 ? row : row - 50) * 50 + column] = (float)space.Distance(row, column);
            }
        }

        UmapFit fit = UmapReduction.Fit(new RowMatrix(among, 50, 50), new UmapOptions { Metric = Metric.Precomputed, EpochCount = 50 });

        Assert.Equal(fit.Result.Layout.Values, fit.Model.Transform(new RowMatrix(among, 50, 50)).Layout.Values);

        // Fitted rows in another order, and so the distances of the new ones too, change no place.
        int[] shuffle = TestRows.Shuffle(50, seed: 12);
        float[] amongShuffled = new float[among.Length];
        float[] toShuffled = new float[toFitted.Length];
        for (int column = 0; column < 50; column++)
        {
            for (int row = 0; row < 50; row++)
            {
                amongShuffled[(row * 50) + column] = among[(shuffle[row] * 50) + shuffle[column]];
            }

            for (int row = 0; row < 10; row++)
            {
                toShuffled[(row * 50) + column] = toFitted[(row * 50) + shuffle[column]];
            }
        }

        UmapModel other = UmapReduction.Fit(
            new RowMatrix(amongShuffled, 50, 50), new UmapOptions { Metric = Metric.Precomputed, EpochCount = 50 }).Model;
        Assert.Equal(
            fit.Model.Transform(new RowMatrix(toFitted, 10, 50)).Layout.Values,
            other.Transform(new RowMatrix(toShuffled, 10, 50)).Layout.Values);
        Assert.All(fit.Model.Transform(new RowMatrix(toFitted, 10, 50)).Layout.Values, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(
            "PrecomputedNotDistance",
            Assert.Throws<EngineException>(
                () => fit.Model.Transform(new RowMatrix(Array.ConvertAll(toFitted, value => -value - 1), 10, 50))).ErrorId);
    }

    private static UmapFit Fit(RowMatrix rows, out float[] layout)
    {
        UmapFit fit = UmapReduction.Fit(rows, new UmapOptions { EpochCount = 100 });
        layout = fit.Result.Layout.Values;
        return fit;
    }

    private static UmapModel Model(GoldenFile golden)
    {
        JsonElement json = golden.Json;
        RowMatrix rows = AllRows(golden);
        int n = json.GetProperty("n_fit").GetInt32();
        RowMatrix fitted = new(rows.Values[..(n * rows.ColumnCount)], n, rows.ColumnCount);
        JsonElement parameters = json.GetProperty("params");
        UmapOptions options = new()
        {
            Metric = parameters.TryGetProperty("metric", out JsonElement metric)
                ? Enum.Parse<Metric>(metric.GetString()!, ignoreCase: true)
                : Metric.Euclidean,
            LocalConnectivity = parameters.TryGetProperty("local_connectivity", out JsonElement connectivity)
                ? connectivity.GetDouble()
                : 1,
            EpochCount = parameters.TryGetProperty("n_epochs", out JsonElement epochs) ? epochs.GetInt32() : null,
        };
        int[] shape = golden.Shape("fit_layout");
        return new UmapModel(
            options,
            new CurveParameters(json.GetProperty("a").GetDouble(), json.GetProperty("b").GetDouble()),
            json.GetProperty("n_neighbors_used").GetInt32(),
            fitted.ColumnCount,
            fitted,
            new RowMatrix(golden.Floats("fit_layout"), shape[0], shape[1]),
            null);
    }

    private static RowMatrix AllRows(GoldenFile golden)
    {
        GoldenFile data = GoldenSet.Umap.Data(golden.Json.GetProperty("dataset").GetString()!);
        int[] shape = data.Shape("X");
        return new RowMatrix(data.Floats("X"), shape[0], shape[1]);
    }

    private static RowMatrix NewRows(GoldenFile golden)
    {
        RowMatrix rows = AllRows(golden);
        int first = golden.Json.GetProperty("n_fit").GetInt32();
        return new RowMatrix(rows.Values[(first * rows.ColumnCount)..], rows.RowCount - first, rows.ColumnCount);
    }

    /// <summary>The mean share of the nearest fitted rows of a new one that are among as many nearest fitted points of its place.</summary>
    private static double Preservation(GoldenFile golden, float[] layout)
    {
        int k = golden.Shape("knn_indices")[1];
        int[] nearest = golden.Ints("knn_indices");
        float[] fitted = golden.Floats("fit_layout");
        int rows = layout.Length / 2;
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            int[] inLayout = [.. Enumerable.Range(0, fitted.Length / 2)
                .OrderBy(
                    point => Math.Pow(fitted[2 * point] - layout[2 * row], 2) + Math.Pow(
                        fitted[(2 * point) + 1] - layout[(2 * row) + 1], 2)).Take(k)];
            sum += nearest.AsSpan(row * k, k).ToArray().Intersect(inLayout).Count() / (double)k;
        }

        return sum / rows;
    }
}
