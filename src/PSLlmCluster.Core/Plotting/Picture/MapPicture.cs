using System.Globalization;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>A map laid out for a picture: where all marks, labels and arrows lie. What draws it decides nothing.</summary>
internal sealed class MapPicture
{
    /// <summary>From how many points on their density is drawn in place of marks and texts.</summary>
    public const int DensityFrom = 50_000;

    /// <summary>The most texts that are all to be on the picture, where the names of clusters have to make room.</summary>
    private const int FewTexts = 60;

    private const double Margin = 24;
    private const double LabelMargin = 6;
    private const double TitleSize = 24;
    private const double SmallestTitle = 14;
    private const double NoteSize = 13;

    private readonly List<MapLabel> _labels = [];
    private readonly MapTexts _texts;

    private MapPicture(ClusterPlotOptions options, MapTexts texts, MapColors colors)
        => (Options, _texts, Colors) = (options, texts, colors);

    /// <summary>Gets the options.</summary>
    public ClusterPlotOptions Options { get; }

    /// <summary>Gets the colours.</summary>
    public MapColors Colors { get; }

    /// <summary>Gets the marks.</summary>
    public MapMarks Marks { get; private set; } = null!;

    /// <summary>Gets a value indicating whether the density of the points is drawn in place of their marks.</summary>
    public bool IsDensity => Marks.Count >= DensityFrom;

    /// <summary>Gets all labels.</summary>
    public IReadOnlyList<MapLabel> Labels => _labels;

    /// <summary>Gets the axis title that runs from bottom to top, or null; it is not among the labels.</summary>
    public MapLabel? UpwardTitle { get; private set; }

    /// <summary>Gets the arrows at the border.</summary>
    public IReadOnlyList<EdgeArrow> Arrows { get; private set; } = [];

    /// <summary>Gets a sentence on what the picture shows, for those who cannot see it.</summary>
    public string Description { get; private set; } = string.Empty;

    /// <summary>Lays out a picture.</summary>
    /// <param name="points">The points.</param>
    /// <param name="options">How it looks.</param>
    /// <param name="texts">Measures texts.</param>
    /// <param name="warnings">Takes what the user should know.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The picture.</returns>
    public static MapPicture Create(
        IReadOnlyList<PlotPoint> points,
        ClusterPlotOptions options,
        MapTexts texts,
        ICollection<EngineWarning> warnings,
        CancellationToken token)
    {
        IReadOnlyList<MapCluster> clusters = MapClusters.Of(points, token);
        token.ThrowIfCancellationRequested();
        MapColors colors = MapColors.Create(clusters, MapPalette.Read(options.Palette), MapTheme.Of(options.Theme));
        PointCounts counts = PointCounts.Of(points);
        counts.Warn(points.Count, clusters.Count, warnings);
        MapPicture picture = new(options, texts, colors);
        picture.Lay(points, clusters, counts, warnings, token);
        return picture;
    }

    private void Lay(
        IReadOnlyList<PlotPoint> points,
        IReadOnlyList<MapCluster> clusters,
        PointCounts counts,
        ICollection<EngineWarning> warnings,
        CancellationToken token)
    {
        double top = AddTitle();
        int names = Options.HideName ? 0 : clusters.Count;
        bool hasTexts = !Options.HideText && counts.Drawn < DensityFrom;
        int texts = hasTexts ? counts.WithText : 0;

        // Room for the longest that the note can be; what it says is known at the end.
        double belowNote = top + (NoteLines(counts, clusters.Count, names, texts, counts.Drawn).Count * NoteSize * 1.35);
        (double left, double bottom) = AddAxisTitles(belowNote);
        Box inside = new(LabelMargin, belowNote + 4, Options.Width - LabelMargin, bottom);
        double sideRoom = Margin + (0.04 * Options.Width);
        Box area = new(left + sideRoom, inside.Top + Margin, Options.Width - sideRoom, Math.Max(inside.Top + Margin + 1, bottom - Margin));
        MapFrame frame = new(points, clusters, area);
        Marks = MapMarks.Create(points, clusters, frame);
        MarkGrid grid = new(Marks, Options.Width, Options.Height);
        PlacedLabels placed = new(inside with { Left = left + LabelMargin });
        TextPiles piles = hasTexts ? TextPiles.Of(points, Marks) : TextPiles.None;

        // A text of several points at one place is one; those beyond the edge have no mark.
        texts = hasTexts ? counts.WithText - Marks.Points.Count(point => !string.IsNullOrWhiteSpace(points[point].Text)) + piles.Count : 0;
        int allTexts = texts;
        EdgeArrows arrows = EdgeArrows.Of(points, frame, placed, _texts);
        Arrows = arrows.Arrows;
        _labels.AddRange(arrows.Counts);
        LabelSet found = Place(clusters);
        if (found.Texts.Count < texts && texts <= FewTexts && names > 0)
        {
            // Few texts are all to be there: names that were made of several phrases leave them room with one.
            LabelSet shorter = Place([.. clusters.Select(WithShortName)]);
            found = shorter.Texts.Count > found.Texts.Count && shorter.Names.Count == found.Names.Count ? shorter : found;
        }

        names -= found.Names.Count;
        texts -= found.Texts.Count;
        _labels.AddRange(found.Names);
        _labels.AddRange(found.Texts);
        IReadOnlyList<string> note = NoteLines(counts, clusters.Count, names, texts, arrows.Strays);
        double y = top;
        foreach (string line in note)
        {
            AddLeft(LabelKind.Note, _texts.Measure([line], NoteSize, isBold: false), y);
            y += NoteSize * 1.35;
        }

        string title = PlotText.OneLine(Options.Title).Trim();
        Description = (title.Length > 0 ? title + ": " : string.Empty) + string.Join(' ', note) + "."
            + (clusters.Count > 0 ? " " + string.Join("; ", clusters.Take(50).Select(Describe)) + "." : string.Empty);
        if (names + texts > 0)
        {
            warnings.Add(new EngineWarning("LabelsLeftOut", LeftOut(names, clusters.Count, texts, allTexts)));
        }

        LabelSet Place(IReadOnlyList<MapCluster> named)
        {
            NamePlacer placer = new(named, Marks, grid, frame, placed, _texts);
            IReadOnlyList<MapLabel> ofClusters = names > 0 ? placer.Place(token) : [];
            return new LabelSet(
                ofClusters,
                texts > 0
                    ? new TextPlacer(points, Marks, grid, names > 0 ? placer.Placed : placed, _texts, piles).Place(named, token)
                    : []);
        }
    }

    private static MapCluster WithShortName(MapCluster cluster)
    {
        int end = cluster.IsGiven ? -1 : cluster.Name.IndexOf(", ", StringComparison.Ordinal);
        return end > 0 ? cluster with { Name = cluster.Name[..end] } : cluster;
    }

    private static string Describe(MapCluster cluster)
        => string.Create(CultureInfo.InvariantCulture, $"{cluster.Name} ({cluster.Count:N0})");

    private static string LeftOut(int names, int allNames, int texts, int allTexts)
    {
        string what = names == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{texts:N0} of {allTexts:N0} texts are")
            : texts == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{names:N0} of {allNames:N0} names of clusters are")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{names:N0} of {allNames:N0} names of clusters and {texts:N0} of {allTexts:N0} texts are");
        return what + " left out of the map, because they would overlap. Export-ClusterPlot has -Width and -Height, of which larger ones "
            + "make room, and -HideText, which leaves the texts out on purpose; an .html map shows them all to the pointer.";
    }

    private double AddTitle()
    {
        string title = PlotText.OneLine(Options.Title).Trim();
        if (title.Length == 0)
        {
            return Margin * 0.75;
        }

        double room = Options.Width - (2 * Margin);
        TextBlock block = _texts.Measure([title], TitleSize, isBold: true);
        if (block.Width > room)
        {
            double size = Math.Max(SmallestTitle, Math.Floor(TitleSize * room / block.Width));
            block = _texts.Measure([title], size, isBold: true);
            for (int most = TextElements.Columns(title); block.Width > room && most > 4; most = most * 9 / 10)
            {
                block = _texts.Measure([TextElements.Cut(title, most)], size, isBold: true);
            }
        }

        AddLeft(LabelKind.Title, block, Margin * 0.75);
        return (Margin * 0.75) + block.Height + 4;
    }

    private void AddLeft(LabelKind kind, TextBlock block, double top)
        => _labels.Add(
            new MapLabel(kind, block, new Box(Margin, top, Margin + block.Width, top + block.Height), IsCentered: false));

    // Titles of axes are drawn where the caller gave them: the default ones would be on every map, and say nothing.
    private (double Left, double Bottom) AddAxisTitles(double top)
    {
        double left = 0;
        double bottom = Options.Height - LabelMargin;
        string across = Given(Options.XAxisTitle, ClusterPlotOptions.DefaultXAxisTitle);
        string upward = Given(Options.YAxisTitle, ClusterPlotOptions.DefaultYAxisTitle);
        if (across.Length > 0)
        {
            TextBlock block = _texts.Measure(TextElements.Fold(across, Options.Width / 10, 1), NoteSize, isBold: false);
            double x = (Options.Width - block.Width) / 2;
            _labels.Add(new MapLabel(LabelKind.Note, block, new Box(x, bottom - block.Height, x + block.Width, bottom)));
            bottom -= block.Height + 2;
        }

        if (upward.Length > 0)
        {
            TextBlock block = _texts.Measure(TextElements.Fold(upward, Options.Height / 12, 1), NoteSize, isBold: false);
            double middle = (top + bottom) / 2;
            UpwardTitle = new MapLabel(
                LabelKind.Note,
                block,
                new Box(LabelMargin, middle - (block.Width / 2), LabelMargin + block.Height, middle + (block.Width / 2)));
            left = LabelMargin + block.Height;
        }

        return (left, bottom);
    }

    private static string Given(string title, string usual) => title == usual ? string.Empty : PlotText.OneLine(title).Trim();

    private List<string> NoteLines(PointCounts counts, int clusters, int names, int texts, int strays)
    {
        List<string> parts = counts.Describe(clusters);
        if (names + texts > 0)
        {
            parts.Add(
                "left out: " + string.Join(
                    " and ",
                    new[]
                    {
                        names > 0 ? PointCounts.Number(names, "name", "names") : null,
                        texts > 0 ? PointCounts.Number(texts, "text", "texts") : null,
                    }.Where(part => part is not null)));
        }

        if (strays > 0)
        {
            parts.Add(PointCounts.Number(strays, "point", "points") + " beyond the edge");
        }

        List<string> lines = [string.Empty];
        foreach (string part in parts)
        {
            string longer = lines[^1].Length == 0 ? part : lines[^1] + ", " + part;
            if (lines[^1].Length > 0 && _texts.Measure([longer], NoteSize, isBold: false).Width > Options.Width - (2 * Margin))
            {
                lines[^1] += ",";
                lines.Add(part);
            }
            else
            {
                lines[^1] = longer;
            }
        }

        return lines;
    }

    private sealed record LabelSet(IReadOnlyList<MapLabel> Names, IReadOnlyList<MapLabel> Texts);
}
