using Microsoft.Extensions.Localization;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Units as a sheet. A unit above another stands in an earlier row, or is there already.</summary>
internal sealed class UnitsSheet(IStringLocalizer<PeopleWords> words, IStringLocalizer<SheetWords> common) : Sheet(words, common)
{
    public override string Name => "units";

    public override IReadOnlyList<SheetColumn> Columns { get; } =
    [
        new("code", CellKind.Code, Required: true),
        new("name", CellKind.Text, Required: true, "综合行政执法一中队") { Width = 26 },
        new("kind", CellKind.Choice, Required: true, UnitKinds.Squad, UnitKinds.All, "UnitKind") { Width = 12 },
        new("parent", CellKind.Code, Required: false, "YA-DD"),
        new("officersPerRecorder", CellKind.Number, Required: false, 3) { Width = 20 },
        new("closedOn", CellKind.Day, Required: false),
    ];

    public override async Task<(SaveResult Result, int Before)> SaveAsync(NpgsqlTransaction transaction, SheetRow row, Importer by, CancellationToken ct)
    {
        var code = row.Get<string>("code", null);
        var before = await UnitTable.FindAsync(transaction, code ?? "", by.By.Today, ct);
        var draft = new UnitDraft
        {
            Code = code,
            Name = row.Get("name", before?.Name),
            Kind = row.Get("kind", before?.Kind),
            Parent = row.Get("parent", before?.Parent),
            OfficersPerRecorder = row.Get("officersPerRecorder", before?.OfficersPerRecorder),
            ClosedOn = row.Get("closedOn", before?.ClosedOn),
        };
        return (await UnitTable.SaveAsync(transaction, draft, null, by.By, ct), before?.Version ?? 0);
    }

    public static IReadOnlyDictionary<string, object?> Row(UnitRow unit) => new Dictionary<string, object?>
    {
        ["code"] = unit.Code,
        ["name"] = unit.Name,
        ["kind"] = unit.Kind,
        ["parent"] = unit.Parent,
        ["officersPerRecorder"] = unit.OfficersPerRecorder,
        ["closedOn"] = unit.ClosedOn,
    };
}
