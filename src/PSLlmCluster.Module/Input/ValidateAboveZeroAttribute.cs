using System.Globalization;
using System.Management.Automation;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Refuses a number that is not above 0, and says so in these words: a range from the smallest number above 0 would be written as 5E-324.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateAboveZeroAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (!NumberReader.TryNumber(element, out double number) || !(number > 0) || double.IsInfinity(number))
        {
            throw new ValidationMetadataException(
                string.Create(CultureInfo.InvariantCulture, $"The value {element} is no number above 0."));
        }
    }
}
