using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What went wrong, as codes; each has its four sentences in Resources/ProblemWords.</summary>
internal enum ProblemCode
{
    BadRequest,
    Antiforgery,
    SignInNeeded,
    NoRight,
    ViewingOver,
    CrossSite,
    NotFound,
    MethodNotAllowed,
    RangeOutside,
    NotStoredYet,
    TooManyTries,
    TusVersion,
    UploadMoved,
    UploadBusy,
    UploadTooLate,
    UploadTooLarge,
    UploadsTooMany,
    StationFull,
    Database,
    DatabaseBehind,
    Store,
    OriginalMissing,
    NotDecodable,
    Invalid,
    ChangedSince,
    Station,
    Unexpected,
}

/// <summary>An answer that isn't the one asked for: RFC 9457, with our four parts 原因 / 影响 / 怎么办 / 编号.</summary>
internal sealed record Problem
{
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("title")]
    public required string Title { get; init; }

    [JsonPropertyName("status")]
    public required int Status { get; init; }

    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    [JsonPropertyName("effect")]
    public required string Effect { get; init; }

    [JsonPropertyName("action")]
    public required string Action { get; init; }

    [JsonPropertyName("traceId")]
    public required string TraceId { get; init; }

    /// <summary>Values that can't be taken, one by one; absent where it isn't about values.</summary>
    [JsonPropertyName("errors"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldProblem>? Errors { get; init; }
}

/// <summary>A value that can't be taken.</summary>
/// <param name="Field">Name of the field.</param>
/// <param name="Code">What is wrong, for programs.</param>
/// <param name="Message">What is wrong, in words.</param>
internal sealed record FieldProblem(
    [property: JsonPropertyName("field")] string Field,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message);

/// <summary>Thrown where a request can't go on for a known reason (culprit: caller).</summary>
internal sealed class ProblemException(ProblemCode code, Exception? inner = null) : Exception(code.ToString(), inner)
{
    public ProblemCode Code => code;

    /// <summary>Values that can't be taken.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];
}

internal static class ProblemRequests
{
    private static readonly object ReferenceKey = new();

    /// <summary>The 编号 of a request, which a person reads out over the phone: the same on the page, in the JSON, in the logs.</summary>
    public static string Reference(this HttpContext http)
    {
        if (http.Items[ReferenceKey] is string known)
            return known;
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        var trace = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier.GetHashCode(StringComparison.Ordinal).ToString("x8", CultureInfo.InvariantCulture);
        var made = string.Create(CultureInfo.InvariantCulture, $"E-{now:yyyyMMdd-HHmmss}-{trace[^4..].ToUpperInvariant()}");
        http.Items[ReferenceKey] = made;
        return made;
    }

    /// <summary>True for a person's browser that opens a page; false for programs, media elements and scripts.</summary>
    public static bool WantsPage(this HttpRequest request)
    {
        if (request.Path.StartsWithSegments("/api") || request.Headers.ContainsKey("HX-Request"))
            return false;
        return request.Headers.TryGetValue("Sec-Fetch-Dest", out var destination)
            ? destination == "document"
            : request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }
}
