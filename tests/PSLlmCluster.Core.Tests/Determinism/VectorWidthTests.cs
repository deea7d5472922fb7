using System.Diagnostics;
using System.Globalization;

namespace PSLlmCluster.Core.Tests.Determinism;

/// <summary>
/// The determinism contract across machines: the pinned results, computed again in child processes that may use narrower vectors only.
/// </summary>
public class VectorWidthTests
{
    /// <summary>Vector bits, and the settings of the runtime that leave no wider ones; .NET 8 and 10 name the first differently.</summary>
    public static TheoryData<int, string[]> Widths => new()
    {
        { 512, [] },
        { 256, ["DOTNET_EnableAVX512=0", "DOTNET_EnableAVX512F=0"] },
        { 128, ["DOTNET_EnableAVX512=0", "DOTNET_EnableAVX512F=0", "DOTNET_EnableAVX2=0", "DOTNET_EnableAVX=0"] },
        { 0, ["DOTNET_EnableHWIntrinsic=0"] },
    };

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task The_pinned_results_are_the_same_with_vectors_of_every_width(int bits, string[] settings)
    {
        ProcessStartInfo start = PinnedProcess.OnThisMachine();
        foreach (string setting in settings)
        {
            string[] parts = setting.Split('=');
            start.Environment[parts[0]] = parts[1];
        }

        IReadOnlyDictionary<string, string> lines = await PinnedProcess.AssertPrintsThePinnedResults(start);

        // Without any setting the child has what the machine has; with them it may have no more than asked.
        Assert.InRange(int.Parse(lines[PinnedResults.WidthLabel], CultureInfo.InvariantCulture), 0, bits);
    }
}
