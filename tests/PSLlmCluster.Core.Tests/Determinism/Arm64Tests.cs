using System.Diagnostics;
using System.Runtime.InteropServices;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Determinism;

/// <summary>
/// The determinism contract across processors: the pinned results, computed again on arm64. Elsewhere that is an emulated one, whose
/// arithmetic is arm64's to the bit; the order in which its threads see one another's writes is still this machine's.
/// </summary>
public sealed class Arm64Tests
{
    [Arm64Fact]
    public async Task The_pinned_results_are_the_same_on_arm64()
    {
        IReadOnlyDictionary<string, string> lines = await PinnedProcess.AssertPrintsThePinnedResults(
            Arm64Machine.IsThisOne ? PinnedProcess.OnThisMachine() : Arm64Machine.Emulate(PinnedProcess.Assembly));

        // Nothing but another processor is meant by this test.
        Assert.Equal(nameof(Architecture.Arm64), lines[PinnedResults.ArchitectureLabel]);
    }
}

/// <summary>This machine, or the emulated one that <c>.ci/arm64</c> puts under artifacts: qemu, a few libraries and a .NET.</summary>
internal static class Arm64Machine
{
    private static readonly string _root = Path.Combine(Repository.Root, "artifacts", "arm64", "root");
    private static readonly string _emulator = Path.Combine(_root, "usr", "bin", "qemu-aarch64-static");
    private static readonly string _host = Path.Combine(Repository.Root, "artifacts", "arm64", "host", "Arm64Host");

    public static bool IsThisOne => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Gets a value indicating whether the emulator and what runs in it are there.</summary>
    public static bool IsEmulated => File.Exists(_emulator) && File.Exists(_host);

    /// <summary>
    /// Returns how an assembly is run by the emulated machine's .NET. What .NET compiles has to be written where it runs: qemu translates
    /// it once, and does not see that it was written again through another mapping of the same memory (3 of 12 runs then failed).
    /// </summary>
    public static ProcessStartInfo Emulate(string assembly)
        => new(_emulator, ["-E", "DOTNET_EnableWriteXorExecute=0", "-L", _root, _host, assembly]);
}

/// <summary>A test that needs an arm64, be it emulated.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Arm64FactAttribute : FactAttribute
{
    public Arm64FactAttribute()
    {
        if (!Arm64Machine.IsThisOne && !Arm64Machine.IsEmulated)
        {
            Skip = "The tests do not run on arm64, and no emulated one is in artifacts/arm64. (Debian on x64: .ci/arm64 puts one there)";
        }
    }
}
