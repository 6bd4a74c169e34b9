namespace YaoAn.Api;

/// <summary>Several codes in one field of a form or one cell of a sheet: staff numbers, items, plates, names.</summary>
internal static class CodeList
{
    private static readonly char[] s_between = [',', '，', '、', ';', '；', '\n'];

    /// <summary>Words between commas of any kind or blanks.</summary>
    public static IReadOnlyList<string> Of(string? text) => (text ?? "").Split([.. s_between, ' ', '\u3000', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The same for names, in which blanks may stand.</summary>
    public static IReadOnlyList<string> OfNames(string? text) => (text ?? "").Split(s_between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>As a field shows them.</summary>
    public static string Text(IEnumerable<string> codes) => string.Join('、', codes);
}
