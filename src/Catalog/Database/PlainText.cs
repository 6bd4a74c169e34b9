using System.Text;

namespace YaoAn.Catalog;

/// <summary>Text from outside, as the database can hold it.</summary>
public static class PlainText
{
    /// <summary>
    /// At most <paramref name="longest"/> UTF-16 units of a text. PostgreSQL's text holds neither a zero character nor half a surrogate
    /// pair: the first is dropped, the second never made, and one that stands in the text already becomes U+FFFD.
    /// </summary>
    public static string Cut(string text, int longest)
    {
        var kept = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0)
                continue;
            if (kept.Length + rune.Utf16SequenceLength > longest)
                break;
            kept.Append(rune.ToString());
        }
        return kept.ToString();
    }
}
