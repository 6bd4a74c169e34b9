namespace YaoAn.Ingest;

/// <summary>
/// CPU time that decoding a recording may take, from how long it says it is. A few kilobytes can claim a year, and a list of edits can play them for as
/// long (fault 31): a claim counts only as far as the bytes can hold it.
/// </summary>
internal static class DecodingTime
{
    /// <summary>No recorder makes a second of fewer bytes: its leanest speech codec (AMR, 4.75 kbit/s) takes six hundred.</summary>
    private const int LeastBytesASecond = 250;

    private const int SecondsForOne = 4, SecondsToBegin = 60;

    /// <summary>A recording that doesn't say how long it is.</summary>
    private const long Unknown = 3600;

    /// <param name="durationMs">Length that it claims, or null.</param>
    /// <param name="path">Its file.</param>
    /// <returns>Seconds.</returns>
    public static int Of(long? durationMs, string path)
    {
        var held = new FileInfo(path).Length / LeastBytesASecond;
        return (int)Math.Min(int.MaxValue / SecondsForOne, Math.Min(durationMs / 1000 ?? Unknown, held) * SecondsForOne) + SecondsToBegin;
    }
}
