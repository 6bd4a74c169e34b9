namespace YaoAn.Ingest;

/// <summary>Exit codes of <c>ingest</c>, as the README lists them.</summary>
internal static class ExitCodes
{
    /// <summary>All well.</summary>
    public const int Good = 0;

    /// <summary>It ran and found something wrong.</summary>
    public const int Finding = 1;

    /// <summary>It was called wrongly.</summary>
    public const int Usage = 2;

    /// <summary>Something it needs is missing.</summary>
    public const int Missing = 3;

    /// <summary>Part of it was done.</summary>
    public const int Partly = 4;

    /// <summary>It was interrupted.</summary>
    public const int Interrupted = 130;

    /// <summary>The line of a verb's help that says which codes it ends with.</summary>
    public static string Words(params ReadOnlySpan<int> codes)
    {
        var words = new List<string>();
        foreach (var code in codes)
        {
            words.Add($"{code} " + code switch
            {
                Good => "all well",
                Finding => "something was found wrong",
                Usage => "called wrongly",
                Missing => "something it needs is missing",
                Partly => "done in part",
                Interrupted => "interrupted",
                _ => throw new ArgumentOutOfRangeException(nameof(codes), code, "It isn't listed."),
            });
        }
        return $"Exit codes: {string.Join(", ", words)}.";
    }
}
