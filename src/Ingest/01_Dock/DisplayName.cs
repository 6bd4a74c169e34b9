using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace YaoAn.Ingest;

/// <summary>
/// Turns a name's raw bytes into text that is safe to show: control and direction characters become visible marks, bytes that are not
/// UTF-8 are read as GB18030 (what Chinese recorders write), and what is neither is shown as <c>\xNN</c>. Never used to open a file.
/// </summary>
internal static class DisplayName
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding s_gb18030 = Gb18030();

    public static string Of(ReadOnlySpan<byte> raw) => Escape(Decode(raw));

    private static string Decode(ReadOnlySpan<byte> raw)
    {
        if (Utf8.IsValid(raw))
            return s_strict.GetString(raw);
        try
        {
            return s_gb18030.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            var text = new StringBuilder();
            foreach (var b in raw)
                text.Append(b is >= 0x20 and < 0x7F ? ((char)b).ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{b:X2}"));
            return text.ToString();
        }
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                < 0x20 => escaped.Append((char)(0x2400 + rune.Value)),
                0x7F => escaped.Append('␡'),
                _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
                    => escaped.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]"),
                _ => escaped.Append(rune.ToString()),
            };
        }
        return escaped.ToString();
    }

    private static Encoding Gb18030()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
