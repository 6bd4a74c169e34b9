namespace YaoAn.Catalog;

/// <summary>Patterns for 'like' out of what a person typed.</summary>
internal static class Like
{
    /// <summary>Texts that hold this one somewhere; null for none. Signs that mean something in a pattern mean themselves.</summary>
    public static string? Part(string? text) => text is null ? null : $"%{Literal(text)}%";

    private static string Literal(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
