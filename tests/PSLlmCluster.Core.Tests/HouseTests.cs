using System.Text.RegularExpressions;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests;

/// <summary>How the sources are written: the length of lines, and the words that a reader stumbles over.</summary>
public sealed partial class HouseTests
{
    private const int LongestLine = 140;

    /// <summary>Get-Help shows a topic as it is written, and a console may be this narrow.</summary>
    private const int LongestTopicLine = 80;
    private static readonly string[] _folders = ["src", "tests", "tools", "benchmarks", "examples", "docs", "build", "module/en-US", "web"];
    private static readonly string[] _endings = [".cs", ".md", ".ps1", ".help.txt", ".js", ".css"];

    /// <summary>Words of our own for which the field, or English, has others (docs/DESIGN.md, section 7; CONTRIBUTING.md).</summary>
    [GeneratedRegex(
        @"(?<![A-Za-z])(hangs?[ _]on|is[ _]no[ _]way|anew|rides?[ _]along|wont to|not[ _]to[ _]be[ _]had|foretell|Ends the (work|search)|"
            + "ConnectedPieces|LayoutTurns|MatrixColours|CellVotes)(?![A-Za-z])",
        RegexOptions.CultureInvariant)]
    private static partial Regex OddWords();

    [Fact]
    public void No_line_is_longer_than_140_characters()
        => RequireNone(line => line.Text.Length > LongestLine && !MayBeLong(line));

    [Fact]
    public void No_line_of_a_help_topic_is_longer_than_80_characters()
    {
        Assert.Contains(Lines(), IsOfTopic);
        RequireNone(line => IsOfTopic(line) && line.Text.Length > LongestTopicLine);

        static bool IsOfTopic(Line line) => line.File.EndsWith(".help.txt", StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_those_of_the_field_and_of_plain_English()
        => RequireNone(line => Path.GetFileName(line.File) != "HouseTests.cs" && OddWords().IsMatch(line.Text));

    /// <summary>
    /// What threads put into a ConcurrentBag stays in memory until a finalizer has run, long after nobody uses the bag any more; where that
    /// is tools that know a matrix, the matrix stays too. A ConcurrentStack serves as well.
    /// </summary>
    [Fact]
    public void Nothing_is_kept_in_a_bag_of_threads()
        => RequireNone(
            line => line.File.StartsWith("src", StringComparison.Ordinal) && line.Text.Contains("ConcurrentBag", StringComparison.Ordinal));

    private static void RequireNone(Func<Line, bool> isOdd)
    {
        string[] odd = [.. Lines().Where(isOdd).Select(line => $"{line.File}({line.Number}): {line.Text.Trim()}")];
        if (odd.Length > 0)
        {
            Assert.Fail(string.Join(Environment.NewLine, odd));
        }
    }

    /// <summary>Rows of tables and pictures cannot be wrapped.</summary>
    private static bool MayBeLong(Line line)
        => line.File.EndsWith(".md", StringComparison.Ordinal)
            && (line.Text.StartsWith('|') || line.Text.StartsWith("![", StringComparison.Ordinal));

    private static IEnumerable<Line> Lines()
    {
        IEnumerable<string> files = _folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root))
            .Where(file => _endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)));
        foreach (string file in files)
        {
            int number = 0;
            foreach (string text in File.ReadLines(file))
            {
                yield return new Line(Path.GetRelativePath(Repository.Root, file), ++number, text);
            }
        }
    }

    private sealed record Line(string File, int Number, string Text);
}
