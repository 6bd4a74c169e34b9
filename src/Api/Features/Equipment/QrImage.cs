using System.Text;
using Microsoft.AspNetCore.Html;
using QRCoder;

namespace YaoAn.Api;

/// <summary>A QR code as an SVG in the page: one path of squares, no style and no script.</summary>
internal static class QrImage
{
    /// <summary>White around the code, in squares (ISO/IEC 18004 asks for four).</summary>
    private const int Quiet = 4;

    /// <param name="text">What a scanner reads.</param>
    /// <param name="label">What it is, for who can't see it.</param>
    public static IHtmlContent Of(string text, string label)
    {
        // M mends 15 % of scratches; the quiet zone is drawn by the view box.
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = Quiet; y < rows.Count - Quiet; y++)
        {
            for (var x = Quiet; x < rows.Count - Quiet; x++)
            {
                var start = x;
                while (x < rows.Count - Quiet && rows[y][x])
                    x++;
                if (x > start)
                    path.Append($"M{start} {y}h{x - start}v1h-{x - start}z");
            }
        }
        var name = System.Text.Encodings.Web.HtmlEncoder.Default.Encode(label);
        return new HtmlString($"<svg class=\"qr\" viewBox=\"0 0 {rows.Count} {rows.Count}\" role=\"img\" aria-label=\"{name}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>");
    }
}
