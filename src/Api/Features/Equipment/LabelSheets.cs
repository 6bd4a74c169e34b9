using System.Globalization;

namespace YaoAn.Api;

/// <summary>Labels on sheets of A4, 3 by 8.</summary>
/// <param name="Title">What they are.</param>
/// <param name="UsedPlace">What stands on a place that was used before.</param>
/// <param name="Skip">Places of the first sheet that were used before.</param>
/// <param name="Labels">What is printed, in order.</param>
internal sealed record LabelSheets(string Title, string UsedPlace, int Skip, IReadOnlyList<LabelText> Labels)
{
    public const int PerSheet = 24;

    /// <summary>Used places as an address says them; none where it makes no sense.</summary>
    public static int SkipOf(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var used) && used < PerSheet ? used : 0;

    /// <summary>Sheets that so many labels take.</summary>
    public static int SheetsOf(int labels, int skip) => (labels + skip + PerSheet - 1) / PerSheet;
}

/// <summary>One label.</summary>
/// <param name="Code">What a scanner reads.</param>
/// <param name="QrName">What the code is, for who can't see it.</param>
/// <param name="Number">Serial or staff number, large.</param>
/// <param name="First">First line below it.</param>
/// <param name="Second">Second line.</param>
/// <param name="Foot">What to remember, small.</param>
internal sealed record LabelText(string Code, string QrName, string Number, string First, string Second, string Foot);
