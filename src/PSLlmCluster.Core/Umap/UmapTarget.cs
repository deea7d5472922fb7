namespace PSLlmCluster.Core.Umap;

/// <summary>What supervises a layout: for each row a class or a number (y of umap-learn's fit).</summary>
public sealed class UmapTarget
{
    /// <summary>The label of a row whose class is not known.</summary>
    public const int Unlabelled = -1;

    private UmapTarget(int[]? labels, double[]? numbers)
    {
        Labels = labels;
        Numbers = numbers;
    }

    /// <summary>Gets the class of each row, or null where the target is numeric.</summary>
    public int[]? Labels { get; }

    /// <summary>Gets the number of each row, or null where the target is classes.</summary>
    public double[]? Numbers { get; }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => Labels?.Length ?? Numbers!.Length;

    /// <summary>Makes a target of classes (target_metric "categorical").</summary>
    /// <param name="labels">The class of each row in the order of input; <see cref="Unlabelled"/> where it is not known.</param>
    /// <returns>The target.</returns>
    public static UmapTarget OfLabels(int[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return new UmapTarget(labels, null);
    }

    /// <summary>Makes a target of numbers, which are compared by their difference (target_metric "euclidean").</summary>
    /// <param name="numbers">The number of each row in the order of input, all finite.</param>
    /// <returns>The target.</returns>
    public static UmapTarget OfNumbers(double[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return new UmapTarget(null, numbers);
    }
}
