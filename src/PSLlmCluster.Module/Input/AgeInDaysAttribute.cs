using System.Management.Automation;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Takes a number for days, as the text of one is: PowerShell makes a span of time of 30 that lasts 30 ten-millionths of a second, by which
/// all that a cache has would be older than that.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AgeInDaysAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (!NumberReader.IsNumber(inputData) || !NumberReader.TryNumber(inputData, out double days) || double.IsNaN(days))
        {
            return inputData;
        }

        return Math.Abs(days) < TimeSpan.MaxValue.TotalDays
            ? TimeSpan.FromDays(days)
            : days > 0 ? TimeSpan.MaxValue : TimeSpan.MinValue;
    }
}
