using System.Management.Automation;
using System.Text;
using Microsoft.VisualBasic.FileIO;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Reads names of clusters from a CSV file that a person edited. Its columns are separated by commas, semicolons or tabs, whichever the
/// spreadsheet wrote, or by what a first line such as sep=; says.
/// </summary>
internal static class NameFile
{
    private const string Declaration = "sep=";
    private static readonly string[] _separators = [",", ";", "\t"];

    // Of these marks at the beginning of a file the longer come first. A file without one is in UTF-8.
    private static readonly Encoding[] _marked
        = [new UTF32Encoding(false, true, true), new UnicodeEncoding(false, true, true), new UnicodeEncoding(true, true, true)];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The full path.</param>
    /// <returns>An object for each line below the titles, with the columns that are read.</returns>
    /// <exception cref="EngineException">It is not there, cannot be read, or has not the columns (ClusterNameInvalid).</exception>
    public static IReadOnlyList<PSObject> Read(string path)
    {
        // A pipe that nobody writes to would wait for ever, where Ctrl+C does not reach, and some devices have no end.
        bool isFolder = Directory.Exists(path);
        if (isFolder || SpecialFile.Exists(path))
        {
            throw Invalid(FailureKind.InvalidData, $"{path} is a {(isFolder ? "folder" : "device or pipe")}, no file", null);
        }

        try
        {
            MalformedLineException? noTitles = null;
            bool hasTitles = false;
            foreach (string separator in _separators)
            {
                using TextFieldParser lines = Open(path, separator);
                string[] titles;
                try
                {
                    titles = lines.ReadFields() ?? [];
                }
                catch (MalformedLineException problem)
                {
                    // Titles in quotes are none to any other separator than their own.
                    noTitles = problem;
                    continue;
                }

                hasTitles |= titles.Length > 1;
                int cluster = PlaceOf(titles, "Cluster");
                cluster = cluster < 0 ? PlaceOf(titles, "Group") : cluster;
                int name = PlaceOf(titles, "Name");
                if (cluster >= 0 && name >= 0)
                {
                    return Rows(lines, cluster, name);
                }
            }

            if (noTitles is not null && !hasTitles)
            {
                throw noTitles;
            }
        }
        catch (MalformedLineException problem)
        {
            throw Invalid(FailureKind.InvalidData, $"line {problem.LineNumber} of {path} is no line of a CSV file", problem);
        }
        catch (DecoderFallbackException problem)
        {
            throw Invalid(
                FailureKind.InvalidData,
                $"{path} is not in UTF-8, so that its letters cannot be told",
                problem,
                "Save the file as \"CSV UTF-8\", as spreadsheets call it.");
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

    private static TextFieldParser Open(string path, string separator)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            // A reader that finds the encoding by itself puts a mark in place of what it cannot read.
            TextFieldParser lines = new(new StreamReader(file, EncodingOf(file), detectEncodingFromByteOrderMarks: false))
            {
                Delimiters = [separator],
                HasFieldsEnclosedInQuotes = true,
                CommentTokens = ["#TYPE"],
            };
            string first = lines.PeekChars(Declaration.Length + 2) ?? string.Empty;
            if (first.Length == Declaration.Length + 1 && first.StartsWith(Declaration, StringComparison.OrdinalIgnoreCase)
                && (first[^1] == '\t' || char.IsPunctuation(first[^1]) || char.IsSymbol(first[^1])) && first[^1] != '"')
            {
                lines.ReadLine();
                lines.Delimiters = [first[^1..]];
            }

            return lines;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Encoding EncodingOf(FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        int count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        foreach (Encoding encoding in _marked)
        {
            if (start[..count].StartsWith(encoding.Preamble))
            {
                return encoding;
            }
        }

        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
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

    private static EngineException Invalid(FailureKind kind, string why, Exception? problem, string cure = GivenNames.Cure)
        => new(ErrorIds.ClusterNameInvalid, kind, $"-Name cannot be read: {why}.", cure, problem);
}
