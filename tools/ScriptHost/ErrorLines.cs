using System.Management.Automation;

namespace ScriptHost;

/// <summary>Marks an error record so that Out-Default writes it as an error, as the engine does in its own pipeline.</summary>
internal static class ErrorLines
{
    public static PSObject AsError(ErrorRecord record)
    {
        PSObject error = PSObject.AsPSObject(record);
        error.Properties.Add(new PSNoteProperty("writeErrorStream", true));
        return error;
    }
}
