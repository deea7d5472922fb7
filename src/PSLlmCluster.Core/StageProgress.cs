namespace PSLlmCluster.Core;

/// <summary>How far a long computation is.</summary>
/// <param name="Stage">What is being done, as a person would say it.</param>
/// <param name="Fraction">The share of the whole computation that is done, from 0 to 1; below 0 where the end is not known.</param>
/// <param name="SecondsLeft">About how long the rest takes; null where that is not known.</param>
public readonly record struct StageProgress(string Stage, double Fraction, double? SecondsLeft = null);
