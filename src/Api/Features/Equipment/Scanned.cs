namespace YaoAn.Api;

/// <summary>
/// What scanners type: the text of our QR codes, or the bare number that a person types. Printed ones carry a word before the number, so that
/// the wrong code in the wrong field is told apart.
/// </summary>
internal static class Scanned
{
    private const string RecorderPrefix = "YAOAN:R:", OfficerPrefix = "YAOAN:P:";

    public static string RecorderCode(string serial) => RecorderPrefix + serial;

    public static string OfficerCode(string number) => OfficerPrefix + number;

    public static string? Recorder(string? text) => Without(text, RecorderPrefix);

    public static string? Officer(string? text) => Without(text, OfficerPrefix);

    /// <summary>The code says that it is a recorder's.</summary>
    public static bool MeansRecorder(string text) => text.StartsWith(RecorderPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The code says that it is an officer's.</summary>
    public static bool MeansOfficer(string text) => text.StartsWith(OfficerPrefix, StringComparison.OrdinalIgnoreCase);

    private static string? Without(string? text, string prefix)
    {
        var trimmed = text?.Trim();
        return trimmed?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) is true ? trimmed[prefix.Length..].Trim() : trimmed;
    }
}
