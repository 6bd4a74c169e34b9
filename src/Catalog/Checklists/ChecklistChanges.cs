namespace YaoAn.Catalog;

/// <summary>What a version of the checklist says of one item, beside another version.</summary>
/// <param name="Code">The item.</param>
/// <param name="Old">As the other version has it; null where that hasn't.</param>
/// <param name="New">As this version has it; null where it hasn't.</param>
/// <param name="Fields">Names of the fields that differ, as the API has them; none where one of both hasn't the item.</param>
public sealed record ChecklistChange(string Code, ChecklistItem? Old, ChecklistItem? New, IReadOnlyList<string> Fields);

/// <summary>Compares two versions of the checklist.</summary>
public static class ChecklistChanges
{
    private static readonly (string Name, Func<ChecklistItem, object?> Value)[] s_fields =
    [
        ("action", item => item.Action),
        ("step", item => item.Step),
        ("nameZh", item => item.NameZh),
        ("nameEn", item => item.NameEn),
        ("mode", item => item.Mode),
        ("methods", item => item.Methods),
        ("toleranceS", item => item.ToleranceS),
        ("startsWhen", item => item.StartsWhen),
        ("endsWhen", item => item.EndsWhen),
        ("retentionDays", item => item.RetentionDays),
        ("basis", item => item.Basis),
    ];

    /// <summary>Items that were added, taken out or changed, by code; those that are equal aren't in it.</summary>
    public static IReadOnlyList<ChecklistChange> Between(IReadOnlyList<ChecklistItem> old, IReadOnlyList<ChecklistItem> now)
    {
        var (before, after) = (old.ToDictionary(item => item.Code!, StringComparer.Ordinal), now.ToDictionary(item => item.Code!, StringComparer.Ordinal));
        return
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Select(code => Change(code, before.GetValueOrDefault(code), after.GetValueOrDefault(code)))
                .Where(change => change.Old != change.New),
        ];
    }

    /// <summary>A field of an item by its name.</summary>
    public static object? Value(ChecklistItem item, string field) => s_fields.First(one => one.Name == field).Value(item);

    private static ChecklistChange Change(string code, ChecklistItem? old, ChecklistItem? now) => new(
        code, old, now, old is null || now is null ? [] : [.. s_fields.Where(field => !Equals(field.Value(old), field.Value(now))).Select(field => field.Name)]);
}
