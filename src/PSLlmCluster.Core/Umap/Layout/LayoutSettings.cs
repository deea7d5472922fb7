namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>What the optimiser of a layout needs to know.</summary>
/// <param name="Dimensions">Number of coordinates of a row.</param>
/// <param name="Curve">The parameters of the layout's curve.</param>
/// <param name="EpochCount">Number of epochs in all.</param>
/// <param name="LearningRate">The learning rate of the first epoch.</param>
/// <param name="RepulsionStrength">The weight gamma of repulsion.</param>
/// <param name="NegativeSampleRate">Repelling rows for each attraction.</param>
/// <param name="Seed">The seed of the repelling rows.</param>
/// <param name="ThreadCount">The most threads to use, 0 for as many as there are cores.</param>
/// <param name="PointsOfRows">The point of each row, where repelling points are drawn as often as they have rows; null where each counts
/// once.</param>
/// <param name="Density">What densMAP preserves, or null for UMAP without it.</param>
internal sealed record LayoutSettings(
    int Dimensions,
    CurveParameters Curve,
    int EpochCount,
    double LearningRate,
    double RepulsionStrength,
    int NegativeSampleRate,
    int Seed,
    int ThreadCount,
    int[]? PointsOfRows = null,
    DensitySettings? Density = null);

/// <summary>
/// What densMAP needs to know besides (Narayan, Berger and Cho 2021, "Assessing single-cell transcriptomic variability through
/// density-preserving data visualization").
/// </summary>
/// <param name="Radii">R: the logarithm of each row's local radius in the data, standardised (umap_.py, simplicial_set_embedding).</param>
/// <param name="Lambda">The weight of the correlation of the radii (dens_lambda).</param>
/// <param name="Fraction">The last part of the epochs, in which it is optimised too (dens_frac).</param>
/// <param name="VarianceShift">What is added to the variance of the layout's radii (dens_var_shift).</param>
internal sealed record DensitySettings(float[] Radii, double Lambda, double Fraction, double VarianceShift);
