using System.Text.Json;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting.Picture;

/// <summary>The rules for labels, measured from the boxes that Chromium gives the drawing's own elements.</summary>
public class MapSvgInChromiumTests
{
    // Half a pixel is the rounding of a browser's boxes.
    private const string Script =
        """
        const box = e => { const b = e.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
        const all = (s, f) => [...document.querySelectorAll(s)].map(f);
        const marks = all('.marks circle', e => [+e.getAttribute('cx'), +e.getAttribute('cy'), +e.getAttribute('r')]);
        const size = e => parseFloat(getComputedStyle(e).fontSize);
        const lines = all('text', e => ({ kind: e.parentNode.getAttribute('class'), box: box(e), size: size(e) }));
        const over = (a, b) => Math.min(a[2], b[2]) - Math.max(a[0], b[0]) > 0.5 && Math.min(a[3], b[3]) - Math.max(a[1], b[1]) > 0.5;
        let labels = 0, covered = 0, small = 0;
        lines.forEach((a, i) => {
          small += a.size < 11 ? 1 : 0;
          for (let j = 0; j < i; j++) labels += over(a.box, lines[j].box) ? 1 : 0;
          if (a.kind === 'texts') covered += marks.some(m => over(a.box, [m[0] - m[2], m[1] - m[2], m[0] + m[2], m[1] + m[2]])) ? 1 : 0;
        });
        const leaders = all('.leaders line', e => ['x1', 'y1', 'x2', 'y2'].map(n => +e.getAttribute(n)));
        const side = (l, x, y) => (l[2] - l[0]) * (y - l[1]) - (l[3] - l[1]) * (x - l[0]);
        const cross = (a, b) => side(a, b[0], b[1]) > 0 !== side(a, b[2], b[3]) > 0 && side(b, a[0], a[1]) > 0 !== side(b, a[2], a[3]) > 0;
        let crossings = 0;
        leaders.forEach((a, i) => { for (let j = 0; j < i; j++) crossings += cross(a, leaders[j]) ? 1 : 0; });
        const texts = lines.filter(l => l.kind === 'texts').length;
        document.getElementById('found').textContent = JSON.stringify({ lines: lines.length, texts, labels, covered, small, crossings });
        """;

    [ChromiumTheory]
    [MemberData(nameof(MapFigure.Sizes), MemberType = typeof(MapFigure))]
    public void No_labels_overlap_and_no_text_lies_over_a_mark(int count, int clusters)
    {
        using JsonDocument found = Found(MapFigure.Save(MapFigure.Of(count, clusters), "map.svg", new ClusterPlotOptions()), Script);
        int Number(string name) => found.RootElement.GetProperty(name).GetInt32();

        Assert.Equal((0, 0, 0, 0), (Number("labels"), Number("covered"), Number("small"), Number("crossings")));
        Assert.InRange(Number("lines"), 30, 2_000);
        Assert.InRange(Number("texts"), count switch { 30 => 30, 300 => 80, 3_000 => 5, _ => 1 }, 1_000);
    }

    [ChromiumFact]
    public void A_line_of_a_text_from_right_to_left_is_so_whatever_it_begins_with_and_lies_where_it_was_placed()
    {
        const string Find =
            """
            const found = [...document.querySelectorAll('.texts text')].map(e => {
              const box = e.getBBox(), last = e.getExtentOfChar(e.getNumberOfChars() - 1);
              return [getComputedStyle(e).direction, Math.abs(box.x - e.getAttribute('x')) < 1, last.x < box.x + box.width / 2].join(' ');
            });
            document.getElementById('found').textContent = JSON.stringify(found);
            """;
        PlotPoint[] points =
        [
            new(0, 0, 0, "שגיאה בהתחברות אל השרת של Exchange Online."),
            new(1, 1, 0, "an error of the server שלום (VPN) for people and others"),
        ];
        using JsonDocument found = Found(MapFigure.Save(points, "map.svg", new ClusterPlotOptions { HideName = true }), Find);
        Assert.Equal(
            ["ltr true false", "ltr true false", "rtl true true", "rtl true true"],
            found.RootElement.EnumerateArray().Select(line => line.GetString()).Order(StringComparer.Ordinal));
    }

    private static JsonDocument Found(byte[] file, string script)
    {
        using TemporaryFolder folder = new();
        string svg = System.Text.Encoding.UTF8.GetString(file);
        string page = folder.File("page.html");
        File.WriteAllText(
            page,
            $"<!DOCTYPE html><meta charset=utf-8><body>{svg[svg.IndexOf("<svg", StringComparison.Ordinal)..]}"
                + $"<pre id=found></pre><script>{script}</script>");
        string dom = Chromium.Open(page).Dom;
        int start = dom.IndexOf("<pre id=\"found\">", StringComparison.Ordinal) + 16;
        return JsonDocument.Parse(dom[start..dom.IndexOf("</pre>", start, StringComparison.Ordinal)]);
    }
}
