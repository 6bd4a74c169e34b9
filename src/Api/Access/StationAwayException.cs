namespace YaoAn.Api;

/// <summary>The station's Ingest can't be asked; the board in the browser turns to 'unknown' by itself.</summary>
internal sealed class StationAwayException(string reason, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>Whether a failed request to it means just that: no line, no key to read, or, though the asker still waits, no answer in time.</summary>
    public static bool Means(Exception e, CancellationToken asker) =>
        e is HttpRequestException or IOException or UnauthorizedAccessException || (e is OperationCanceledException && !asker.IsCancellationRequested);
}
