using System.Buffers;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Sends a part of a file, of exactly the announced length or not at all.</summary>
internal static class Bytes
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Copies <paramref name="length"/> bytes; a source that ends early cuts the connection, so that a part is never taken for the whole.</summary>
    public static async Task SendAsync(HttpContext http, Stream source, long length, Pace? pace = null)
    {
        var (still, time, viewer) = (
            http.RequestServices.GetRequiredService<StillSignedIn>(), http.RequestServices.GetRequiredService<TimeProvider>(), http.User.Viewer());
        var asked = time.GetUtcNow();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (length > 0)
            {
                if (time.GetUtcNow() - asked >= StillSignedIn.Every)
                {
                    // Begun, so that the answer is cut: whoever signed out, was disabled or lost a role gets no more of it.
                    if (!await still.IsAsync(http, viewer, http.RequestAborted))
                        throw new ProblemException(ProblemCode.SignInNeeded);
                    asked = time.GetUtcNow();
                }
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), http.RequestAborted);
                if (read == 0)
                    throw new StoreUnavailableException($"The source of {http.Request.Path} ended {length} bytes early.");
                if (pace is not null)
                    await pace.WaitAsync(read, http.RequestAborted);
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                length -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Evidence is handed to this site's own pages and to programs, never to a page of another site (Fetch Metadata).</summary>
    public static bool ComesFromElsewhere(HttpRequest request) =>
        request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none";
}
