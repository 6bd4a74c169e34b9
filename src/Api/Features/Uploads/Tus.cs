using System.Globalization;
using System.Text;

namespace YaoAn.Api;

/// <summary>tus 1.0.0, as far as it is spoken here: the core protocol with creation, expiration and termination.</summary>
internal static class Tus
{
    public const string Version = "1.0.0";
    public const string Extensions = "creation,expiration,termination";
    public const string PatchType = "application/offset+octet-stream";

    /// <summary>Puts the protocol's version on every answer, refusals too, and refuses requests of another.</summary>
    public static ValueTask<object?> Speak(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["Tus-Resumable"] = Version;
            return Task.CompletedTask;
        });
        var isAsked = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method);
        if (isAsked || http.Request.Headers["Tus-Resumable"] == Version)
            return next(context);
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["Tus-Version"] = Version;
            return Task.CompletedTask;
        });
        throw new ProblemException(ProblemCode.TusVersion);
    }

    /// <summary>A count of bytes in a header.</summary>
    /// <exception cref="BadHttpRequestException">There is none.</exception>
    public static long Length(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw new BadHttpRequestException($"{header} is missing or is no count of bytes.");

    /// <summary>The pairs of <c>Upload-Metadata</c>; values are bytes.</summary>
    /// <exception cref="BadHttpRequestException">It isn't in the form of the protocol.</exception>
    public static IReadOnlyDictionary<string, byte[]> Metadata(HttpRequest request)
    {
        var pairs = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var pair in request.Headers["Upload-Metadata"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split(' ', 2);
            if (!TryDecode(parts.Length == 2 ? parts[1] : "", out var value) || !pairs.TryAdd(parts[0], value))
                throw new BadHttpRequestException("Upload-Metadata isn't a list of keys with base64 values, each key once.");
        }
        return pairs;
    }

    /// <summary>A value as text; null where it is missing or empty.</summary>
    public static string? Text(this IReadOnlyDictionary<string, byte[]> metadata, string key) =>
        metadata.TryGetValue(key, out var value) && value.Length > 0 ? Encoding.UTF8.GetString(value) : null;

    public static string Date(DateTimeOffset at) => at.ToString("R", CultureInfo.InvariantCulture);

    private static bool TryDecode(string base64, out byte[] value)
    {
        value = new byte[base64.Length];
        var isGood = Convert.TryFromBase64String(base64, value, out var length);
        value = value[..length];
        return isGood;
    }
}
