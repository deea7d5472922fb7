using System.Globalization;
using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Picture;

namespace PSLlmCluster.Core.Plotting.Terminal;

/// <summary>What stands below a map in the terminal: the legend, which has some lines, and the list of all clusters.</summary>
internal sealed class TerminalLegend
{
    private const int LongestName = 28;
    private const int RoomBesideName = 14;
    private const int Gap = 3;
    private const string Indent = "    ";
    private readonly IReadOnlyList<MapCluster> _clusters;
    private readonly MapColors _colors;
    private readonly TerminalGlyphs _glyphs;
    private readonly TerminalPen _pen;
    private readonly TerminalPlotOptions _options;
    private readonly string[] _names;

    /// <summary>Initializes a new instance of the <see cref="TerminalLegend"/> class.</summary>
    /// <param name="clusters">The clusters, in the order in which they are listed.</param>
    /// <param name="colors">Their colours.</param>
    /// <param name="glyphs">Their characters.</param>
    /// <param name="pen">What writes the colours.</param>
    /// <param name="options">How the map looks.</param>
    public TerminalLegend(
        IReadOnlyList<MapCluster> clusters, MapColors colors, TerminalGlyphs glyphs, TerminalPen pen, TerminalPlotOptions options)
    {
        (_clusters, _colors, _glyphs, _pen, _options) = (clusters, colors, glyphs, pen, options);
        _names = [.. clusters.Select(NameOf)];
    }

    /// <summary>Returns the colour of a cell's dots.</summary>
    /// <param name="owner">The place of its cluster among the clusters, or -1.</param>
    /// <param name="noise">How many points of the map are noise; with none, those of no cluster were never clustered.</param>
    /// <returns>The colour.</returns>
    public MapColor ColorOf(int owner, int noise)
        => _colors.Of(owner >= 0 ? _clusters[owner].Number : noise > 0 ? -1 : PlotPoint.Unclustered);

    /// <summary>Writes the legend: as many clusters, from the first, as there is room for, with their numbers of points.</summary>
    /// <param name="noise">How many points are in no cluster.</param>
    /// <param name="most">How many lines there may be, at least 2.</param>
    /// <returns>The lines; none where there is no cluster.</returns>
    public IReadOnlyList<string> Lines(int noise, int most)
    {
        // An entry takes eight columns at least.
        int shown = _clusters.Count == 0 ? -1 : Math.Min(_clusters.Count, most * (_options.Width / 8));
        for (; shown >= 0; shown--)
        {
            List<Entry> entries = [.. Enumerable.Range(0, shown).Select(EntryOf)];
            if (shown < _clusters.Count)
            {
                entries.Add(new Entry(null, Number($"and {_clusters.Count - shown:N0} more"), null));
            }

            if (noise > 0)
            {
                entries.Add(new Entry(-1, Number($"in none ({noise:N0})"), null));
            }

            List<TerminalLine> lines = Flow(entries);
            if (lines.Count <= most)
            {
                return [.. lines.Select(line => line.End())];
            }
        }

        return [];
    }

    /// <summary>Lists the clusters: name, number of points, and below it texts.</summary>
    /// <param name="texts">The texts of each cluster.</param>
    /// <returns>The lines, an empty one before each cluster.</returns>
    public IEnumerable<string> List(IReadOnlyList<string>[] texts)
    {
        for (int i = 0; i < _clusters.Count; i++)
        {
            string count = " (" + PointCounts.Number(_clusters[i].Count, "point", "points") + ")";
            string name = TerminalText.Cut(_names[i], _options.Width - 2 - count.Length, _glyphs.Ellipsis);
            TerminalLine heading = new(_pen);
            Add(heading, new Entry(i, TerminalText.Closed(name) + count, _colors.OfText(_clusters[i].Number)));
            yield return string.Empty;
            yield return heading.End();
            foreach (string text in texts[i])
            {
                string safe = TerminalText.Safe(text);
                if (safe.Length > 0)
                {
                    yield return Indent + TerminalText.Cut(safe, _options.Width - Indent.Length, _glyphs.Ellipsis);
                }
            }
        }
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private Entry EntryOf(int owner)
    {
        MapCluster cluster = _clusters[owner];
        string name = TerminalText.Cut(_names[owner], Math.Min(LongestName, _options.Width - RoomBesideName), _glyphs.Ellipsis);
        return new Entry(owner, TerminalText.Closed(name) + Number($" ({cluster.Count:N0})"), _colors.OfText(cluster.Number));
    }

    private List<TerminalLine> Flow(List<Entry> entries)
    {
        List<TerminalLine> lines = [];
        foreach (Entry entry in entries)
        {
            int width = TerminalText.Columns(entry.Text) + (entry.Owner is null ? 0 : 2);
            if (lines.Count == 0 || lines[^1].Columns + Gap + width > _options.Width)
            {
                lines.Add(new TerminalLine(_pen));
            }
            else
            {
                lines[^1].AddSpaces(Gap);
            }

            Add(lines[^1], entry);
        }

        return lines;
    }

    private void Add(TerminalLine line, Entry entry)
    {
        if (entry.Owner is { } owner)
        {
            line.Add(_glyphs.Key(owner), ColorOf(owner, noise: 1));
            line.AddSpaces(1);
        }

        line.Add(entry.Text, entry.Color);
    }

    // A name that was made of words says which number to filter by; one that was given is in the points themselves.
    private string NameOf(MapCluster cluster)
    {
        string number = cluster.Number.ToString(CultureInfo.InvariantCulture);
        string name = _options.HideName ? string.Empty : TerminalText.Safe(cluster.Name);
        return name.Length == 0 ? "Cluster " + number : cluster.IsGiven ? name : number + ": " + name;
    }

    /// <summary>What stands for a cluster.</summary>
    /// <param name="Owner">The place of the cluster, -1 for none; null where no cluster is meant.</param>
    /// <param name="Text">Its name and its number of points.</param>
    /// <param name="Color">The text's colour, or null for the terminal's own.</param>
    private readonly record struct Entry(int? Owner, string Text, MapColor? Color);
}
