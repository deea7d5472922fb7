using System.Management.Automation;
using Microsoft.VisualBasic.FileIO;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Reads names of clusters from a CSV file that a person edited. Its columns are parted by commas, semicolons or tabs, whichever the
/// spreadsheet wrote.
/// </summary>
internal static class NameFile
{
    private static readonly string[] _separators = [",", ";", "\t"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The full path.</param>
    /// <returns>An object for each line below the titles, with the columns that are read.</returns>
    /// <exception cref="EngineException">It is not there, cannot be read, or has not the columns (ClusterNameInvalid).</exception>
    public static IReadOnlyList<PSObject> Read(string path)
    {
        try
        {
            foreach (string separator in _separators)
            {
                using TextFieldParser lines = new(path)
                {
                    Delimiters = [separator],
                    HasFieldsEnclosedInQuotes = true,
                    CommentTokens = ["#TYPE"],
                };
                string[] titles = lines.ReadFields() ?? [];
                int cluster = Math.Max(PlaceOf(titles, "Cluster"), PlaceOf(titles, "Group"));
                int name = PlaceOf(titles, "Name");
                if (cluster >= 0 && name >= 0)
                {
                    return Rows(lines, cluster, name);
                }
            }
        }
        catch (MalformedLineException problem)
        {
            throw Invalid(FailureKind.InvalidData, $"line {problem.LineNumber} of {path} is no line of a CSV file", problem);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Invalid(FailureKind.NotFound, $"there is no file {path}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Invalid(FailureKind.ReadError, $"the file {path} cannot be read ({problem.Message.TrimEnd('.')})", problem);
        }

        throw Invalid(FailureKind.InvalidData, $"the first line of {path} does not name the columns Cluster (or Group) and Name", null);
    }

    private static List<PSObject> Rows(TextFieldParser lines, int cluster, int name)
    {
        List<PSObject> rows = [];
        while (lines.ReadFields() is { } fields)
        {
            // A line of separators is what spreadsheets write for a row that was emptied.
            if (Array.TrueForAll(fields, TextValue.IsBlank))
            {
                continue;
            }

            PSObject row = new();
            row.Properties.Add(new PSNoteProperty("Cluster", fields.ElementAtOrDefault(cluster)));
            row.Properties.Add(new PSNoteProperty("Name", fields.ElementAtOrDefault(name)));
            rows.Add(row);
        }

        return rows;
    }

    private static int PlaceOf(string[] titles, string title)
        => Array.FindIndex(titles, one => one.Trim().Equals(title, StringComparison.OrdinalIgnoreCase));

    private static EngineException Invalid(FailureKind kind, string why, Exception? problem)
        => new(ErrorIds.ClusterNameInvalid, kind, $"-Name cannot be read: {why}.", GivenNames.Cure, problem);
}
