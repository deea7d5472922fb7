using System.Text;

namespace PSLlmCluster.Benchmarks;

/// <summary>Texts with labels that people gave: a CSV file with the columns Label and Text.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="Labels">The label of each, as a number from 0.</param>
internal sealed record LabelledTexts(string[] Texts, int[] Labels)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    public static LabelledTexts Read(string path)
    {
        string[][] rows = [.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => Cells(line))];
        int label = Array.IndexOf(rows[0], "Label");
        int text = Array.IndexOf(rows[0], "Text");
        List<string> names = [.. rows.Skip(1).Select(row => row[label]).Distinct()];
        return new LabelledTexts([.. rows.Skip(1).Select(row => row[text])], [.. rows.Skip(1).Select(row => names.IndexOf(row[label]))]);
    }

    /// <summary>Draws some of the texts, another set for each seed.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed.</param>
    public LabelledTexts Draw(int count, int seed)
    {
        Random random = new(seed);
        int[] rows = [.. Enumerable.Range(0, Texts.Length).OrderBy(_ => random.Next()).Take(count).Order()];
        return new LabelledTexts([.. rows.Select(row => Texts[row])], [.. rows.Select(row => Labels[row])]);
    }

    private static string[] Cells(string line)
    {
        List<string> cells = [];
        StringBuilder cell = new();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append(line[i++]);
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (line[i] == ',' && !isQuoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        return [.. cells, cell.ToString()];
    }
}
