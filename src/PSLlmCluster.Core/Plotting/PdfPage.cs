using SkiaSharp;

namespace PSLlmCluster.Core.Plotting;

/// <summary>Writes a PDF file of one page; a pixel is a point, 1/72 inch.</summary>
internal static class PdfPage
{
    /// <summary>Writes the file.</summary>
    /// <param name="options">The size, the scale and the title.</param>
    /// <param name="description">A sentence on what the page shows.</param>
    /// <param name="draw">Draws the page.</param>
    /// <param name="stream">Takes the file.</param>
    public static void Write(ClusterPlotOptions options, string description, Action<SKCanvas> draw, Stream stream)
    {
        // The time is left out, so that the same map is the same bytes.
        SKDocumentPdfMetadata about = SKDocumentPdfMetadata.Default;
        string title = PlotText.OneLine(options.Title);
        about.Title = title.Length > 0 ? title : ClusterPlotOptions.Untitled;
        about.Subject = description;
        about.Creator = "PSLlmCluster";
        using SKDynamicMemoryWStream written = new();
        using (SKDocument document = SKDocument.CreatePdf(written, about))
        {
            SKCanvas canvas = document.BeginPage((float)(options.Width * options.Scale), (float)(options.Height * options.Scale));
            canvas.Scale((float)options.Scale);
            draw(canvas);
            document.EndPage();
            document.Close();
        }

        using SKData data = written.DetachAsData();
        data.SaveTo(stream);
    }
}
