using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Storage;

namespace PSLlmCluster.Module.Commands;

/// <summary>
/// The one rule for parameters that name a file to be written: the user is asked (-WhatIf, -Confirm), and what would keep the file from
/// being written is found, both before the work. A cmdlet that has such a parameter supports ShouldProcess, and has -Force and -NoClobber.
/// </summary>
internal static class OutputParameter
{
    /// <summary>Makes the file of a fitted model ready to be written.</summary>
    /// <param name="cmdlet">Whose parameter it is.</param>
    /// <param name="path">The parameter's value.</param>
    /// <param name="action">What is done, for -WhatIf and -Confirm.</param>
    /// <param name="rule">What may be replaced.</param>
    /// <returns>The file, or null where it is not to be written.</returns>
    public static ModelFileTarget? TakeModel(CancellableCmdlet cmdlet, string path, string action, OverwriteRule rule)
        => Take(cmdlet, path, action, rule, ModelFileTarget.At, file => file.Probe());

    /// <summary>Makes a file ready to be written.</summary>
    /// <typeparam name="TFile">The kind of file.</typeparam>
    /// <param name="cmdlet">Whose parameter it is.</param>
    /// <param name="path">The parameter's value.</param>
    /// <param name="action">What is done, for -WhatIf and -Confirm.</param>
    /// <param name="rule">What may be replaced.</param>
    /// <param name="at">Checks what is at the path.</param>
    /// <param name="probe">Tries the folder.</param>
    /// <returns>The file, or null where it is not to be written.</returns>
    public static TFile? Take<TFile>(
        CancellableCmdlet cmdlet,
        string path,
        string action,
        OverwriteRule rule,
        Func<string, OverwriteRule, TFile> at,
        Action<TFile> probe)
        where TFile : class
    {
        string full = FilePaths.Resolve(cmdlet, path);
        if (!cmdlet.ShouldProcess(full, action))
        {
            return null;
        }

        // On a worker, as a drive that does not answer holds it, and Ctrl+C has to end it.
        return cmdlet.RunEngine(
            () =>
            {
                TFile file = at(full, rule);
                probe(file);
                return file;
            },
            full);
    }
}
