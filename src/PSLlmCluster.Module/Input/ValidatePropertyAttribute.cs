using System.Management.Automation;

namespace PSLlmCluster.Module.Input;

/// <summary>Refuses what names no property: anything but a name and a script block.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidatePropertyAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        object? plain = PropertyReader.Unwrap(element);
        if (plain is not ScriptBlock && (!TextValue.TryText(plain, out string? name) || TextValue.IsBlank(name)))
        {
            throw new ValidationMetadataException("A property is given by its name, or by a script block such as { $_.Title }.");
        }
    }
}
