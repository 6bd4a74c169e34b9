using System.Globalization;
using System.Text;

namespace YaoAn.Catalog;

/// <summary>Collects everything that is wrong with a draft, so that a person mends all of it at once.</summary>
internal sealed class DraftCheck
{
    /// <summary>Keys stand in addresses; these are parts of addresses already.</summary>
    private static readonly HashSet<string> s_reserved = new([".", "..", "new", "import", "labels", "ledger", "badges"], StringComparer.OrdinalIgnoreCase);

    private readonly List<Fault> _faults = [];

    public IReadOnlyList<Fault> Faults => _faults;

    public bool IsGood => _faults.Count == 0;

    public void Add(string field, string code, params string[] arguments) => _faults.Add(new Fault(field, code, arguments));

    /// <summary>A text that has to be there.</summary>
    public string Required(string field, string? text, int longest)
    {
        var clean = Optional(field, text, longest);
        if (clean is null)
            Add(field, "required");
        return clean ?? "";
    }

    /// <summary>A text without blanks around it; null where nothing is left.</summary>
    public string? Optional(string field, string? text, int longest)
    {
        // Cut makes U+FFFD of half a surrogate pair, which would break the normal form.
        var clean = PlainText.Cut(text ?? "", 10_000).Trim().Normalize(NormalizationForm.FormC);
        if (clean.Length == 0)
            return null;
        if (clean.Length > longest)
            Add(field, "too-long", longest.ToString(CultureInfo.InvariantCulture));
        else if (!clean.EnumerateRunes().All(IsVisible))
            Add(field, "invisible");
        return clean;
    }

    /// <summary>A natural key: a text without spaces, which somebody types or scans.</summary>
    public string Key(string field, string? text, int longest)
    {
        var key = Required(field, text, longest);
        if (s_reserved.Contains(key) || key.Any(c => char.IsWhiteSpace(c) || c is '/' or '\\' or '?' or '#' or '%' or ',' or ';'))
            Add(field, "not-a-key");
        return key;
    }

    /// <summary>One of a few words.</summary>
    public void OneOf(string field, string? word, IReadOnlyList<string> words)
    {
        if (string.IsNullOrEmpty(word))
            Add(field, "required");
        else if (!words.Contains(word))
            Add(field, "unknown-word", word, string.Join(", ", words));
    }

    /// <summary>A number between two, both included.</summary>
    public void Within(string field, long? number, long least, long most)
    {
        if (number < least || number > most)
            Add(field, "out-of-range", least.ToString(CultureInfo.InvariantCulture), most.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Not what can't be seen or told apart on a screen.</summary>
    private static bool IsVisible(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
