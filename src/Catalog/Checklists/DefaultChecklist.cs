using System.Globalization;

namespace YaoAn.Catalog;

/// <summary>The list that a new bureau begins with.</summary>
internal static class DefaultChecklist
{
    private const string Resource = "YaoAn.Catalog.Checklists.default-checklist.tsv";

    /// <summary>Its items, in order.</summary>
    public static IReadOnlyList<ChecklistItem> Read()
    {
        using var stream = typeof(DefaultChecklist).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} isn't in this program.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => Item(line.Split('\t')))];
    }

    private static ChecklistItem Item(string[] cells) => new()
    {
        Code = cells[0],
        Action = cells[1],
        Step = cells[2],
        NameZh = cells[3],
        NameEn = cells[4],
        Mode = cells[5],
        Methods = cells[6],
        ToleranceS = int.Parse(cells[7], CultureInfo.InvariantCulture),
        StartsWhen = NullIfEmpty(cells[8]),
        EndsWhen = NullIfEmpty(cells[9]),
        RetentionDays = int.Parse(cells[10], CultureInfo.InvariantCulture),
        Basis = NullIfEmpty(cells[11]),
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
