using Microsoft.Net.Http.Headers;

namespace YaoAn.Api;

/// <summary>Which bytes a request gets.</summary>
/// <param name="Status">200 whole, 206 part, 416 none.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Count of bytes.</param>
internal readonly record struct ByteRange(int Status, long Offset, long Length)
{
    /// <summary>
    /// Reads <c>Range</c> and <c>If-Range</c> (RFC 9110 §14). Several ranges at once get the whole file, as the RFC allows: no player
    /// asks for them, and they are a known way to make a server work hard.
    /// </summary>
    public static ByteRange Of(HttpRequest request, long size, EntityTagHeaderValue tag)
    {
        var whole = new ByteRange(StatusCodes.Status200OK, 0, size);
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges })
            return whole;
        if (request.Headers.IfRange.Count > 0 && headers.IfRange?.EntityTag?.Compare(tag, useStrongComparison: true) is not true)
            return whole;
        var (from, to) = (ranges.First().From, ranges.First().To);
        var (first, last) = from is null
            ? (Math.Max(0, size - to!.Value), to == 0 ? -1 : size - 1) // the last n bytes
            : (from.Value, Math.Min(to ?? size - 1, size - 1));
        return first >= size || last < first
            ? new ByteRange(StatusCodes.Status416RangeNotSatisfiable, 0, 0)
            : new ByteRange(StatusCodes.Status206PartialContent, first, last - first + 1);
    }
}
