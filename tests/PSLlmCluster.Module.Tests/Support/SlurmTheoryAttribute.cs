using System.Diagnostics;

namespace PSLlmCluster.Module.Tests.Support;

/// <summary>A theory that needs a Slurm cluster of its own: Slurm, munge, and namespaces for the network and the processes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SlurmTheoryAttribute : TheoryAttribute
{
    /// <summary>The namespaces, in which all that a test starts also ends.</summary>
    public const string Namespaces = "--net --pid --fork --kill-child --mount --mount-proc";

    private const string Programs = "for name in sbatch slurmctld slurmd munged ip; do command -v $name || exit 1; done";

    private static readonly Lazy<string?> _reason = new(Find);

    public SlurmTheoryAttribute() => Skip = _reason.Value;

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Slurm runs on Linux.";
        }

        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo("unshare", [.. Namespaces.Split(' '), "sh", "-c", Programs])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? null
                : "Slurm's programs (Debian's packages slurm-wlm, munge and iproute2) are needed, and the right to make namespaces. "
                    + errors.Result;
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            return $"unshare is needed: {problem.Message}";
        }
    }
}
