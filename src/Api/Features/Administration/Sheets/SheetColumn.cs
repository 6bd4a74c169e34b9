namespace YaoAn.Api;

/// <summary>What a cell of a column may hold.</summary>
internal enum CellKind
{
    /// <summary>Words; a number is taken as its digits.</summary>
    Text,

    /// <summary>A number that names something: it has to be text, because a number loses its leading zeros.</summary>
    Code,

    /// <summary>A day: a cell with a date format, or a text such as 2026-11-24.</summary>
    Day,

    /// <summary>A time to the second in UTC+8: a cell with a date format, or a text such as 2026-11-24 15:04.</summary>
    Time,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>One of the column's words.</summary>
    Choice,
}

/// <summary>A column of a sheet. Its header is the word <c>Column_SHEET_KEY</c>, what to know about it <c>Note_SHEET_KEY</c>.</summary>
/// <param name="Key">Name of the field, as the API and faults have it.</param>
/// <param name="Kind">What a cell may hold.</param>
/// <param name="Required">No cell may be empty.</param>
/// <param name="Example">What the example row of the template says; a choice's by its code.</param>
/// <param name="Choices">Codes of the words that may stand there; <c>PREFIX_CODE</c> are their words.</param>
/// <param name="Prefix">Prefix of the words of choices.</param>
internal sealed record SheetColumn(
    string Key, CellKind Kind, bool Required, object? Example = null, IReadOnlyList<string>? Choices = null, string? Prefix = null)
{
    /// <summary>Not in exports: it says what is to happen, not what is.</summary>
    public bool IsWish { get; init; }

    /// <summary>Width in characters.</summary>
    public int Width { get; init; } = 16;
}
