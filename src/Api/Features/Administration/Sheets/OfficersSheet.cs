using Microsoft.Extensions.Localization;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Officers as a sheet.</summary>
internal sealed class OfficersSheet(IStringLocalizer<PeopleWords> words, IStringLocalizer<SheetWords> common) : Sheet(words, common)
{
    public override string Name => "officers";

    public override IReadOnlyList<SheetColumn> Columns { get; } =
    [
        new("number", CellKind.Code, Required: true) { Width = 12 },
        new("name", CellKind.Text, Required: true, "张三") { Width = 12 },
        new("certificate", CellKind.Code, Required: false, "0253230001") { Width = 18 },
        new("unit", CellKind.Code, Required: true, "YA-1"),
        new("movedOn", CellKind.Day, Required: false) { Width = 14, IsWish = true },
        new("position", CellKind.Text, Required: false, "中队长"),
        new("region", CellKind.Text, Required: false, "栋川镇"),
        new("since", CellKind.Day, Required: false, new DateOnly(2018, 7, 1)) { Width = 14 },
        new("leftOn", CellKind.Day, Required: false) { Width = 14 },
        new("account", CellKind.Code, Required: false) { Width = 14 },
    ];

    public override async Task<(SaveResult Result, int Before)> SaveAsync(NpgsqlTransaction transaction, SheetRow row, Importer by, CancellationToken ct)
    {
        var number = row.Get<string>("number", null);
        var before = await OfficerTable.FindAsync(transaction, number ?? "", ct);
        var draft = new OfficerDraft
        {
            Number = number,
            Name = row.Get("name", before?.Name),
            Certificate = row.Get("certificate", before?.Certificate),
            Unit = row.Get("unit", before?.Unit),
            MovedOn = row.Get<DateOnly?>("movedOn", null),
            Position = row.Get("position", before?.Position),
            Region = row.Get("region", before?.Region),
            Since = row.Get("since", before?.Since),
            LeftOn = row.Get("leftOn", before?.LeftOn),
            Account = row.Get("account", before?.Account),
        };
        return (await OfficerTable.SaveAsync(transaction, draft, null, by.By, ct), before?.Version ?? 0);
    }

    public static IReadOnlyDictionary<string, object?> Row(OfficerRow officer) => new Dictionary<string, object?>
    {
        ["number"] = officer.Number,
        ["name"] = officer.Name,
        ["certificate"] = officer.Certificate,
        ["unit"] = officer.Unit,
        ["position"] = officer.Position,
        ["region"] = officer.Region,
        ["since"] = officer.Since,
        ["leftOn"] = officer.LeftOn,
        ["account"] = officer.Account,
    };
}
