namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>What the sums of a tile start from.</summary>
internal enum TileMode
{
    /// <summary>Given numbers.</summary>
    Replace,

    /// <summary>What is there, as if the steps before had been part of the same sum.</summary>
    Continue,
}
