using Microsoft.Extensions.Localization;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Recorders as a sheet. Who has them isn't in it: that is entered when they are issued.</summary>
internal sealed class RecordersSheet(IStringLocalizer<RecorderWords> words, IStringLocalizer<SheetWords> common) : Sheet(words, common)
{
    private static readonly string[] s_yesNo = ["yes", "no"];

    public override string Name => "recorders";

    public override IReadOnlyList<SheetColumn> Columns { get; } =
    [
        new("serial", CellKind.Code, Required: true) { Width = 18 },
        new("kind", CellKind.Choice, Required: true, "body", RecorderKinds.All, "Kind"),
        new("model", CellKind.Text, Required: false, "DSJ-A8"),
        new("unit", CellKind.Code, Required: true, "YA-1") { Width = 12 },
        new("state", CellKind.Choice, Required: true, RecorderStates.InUse, RecorderStates.All, "State") { Width = 10 },
        new("pool", CellKind.Choice, Required: false, "no", s_yesNo, "Pool") { Width = 10 },
        new("boughtOn", CellKind.Day, Required: false, new DateOnly(2025, 3, 1)) { Width = 14 },
        new("warrantyUntil", CellKind.Day, Required: false, new DateOnly(2028, 2, 29)) { Width = 14 },
        new("storageGb", CellKind.Number, Required: false, 128) { Width = 14 },
        new("note", CellKind.Text, Required: false) { Width = 30 },
    ];

    public override async Task<(SaveResult Result, int Before)> SaveAsync(NpgsqlTransaction transaction, SheetRow row, Importer by, CancellationToken ct)
    {
        var serial = row.Get<string>("serial", null);
        var before = await RecorderTable.FindAsync(transaction, serial ?? "", ct);
        var was = before?.Draft();
        var draft = new RecorderDraft
        {
            Serial = serial,
            Kind = row.Get("kind", was?.Kind),
            Model = row.Get("model", was?.Model),
            Unit = row.Get("unit", was?.Unit),
            State = row.Get("state", was?.State),
            Pool = row.Get("pool", was?.Pool is true ? "yes" : "no") == "yes",
            BoughtOn = row.Get("boughtOn", was?.BoughtOn),
            WarrantyUntil = row.Get("warrantyUntil", was?.WarrantyUntil),
            StorageGb = row.Get("storageGb", was?.StorageGb),
            Note = row.Get("note", was?.Note),
        };
        return (await RecorderTable.SaveAsync(transaction, draft, null, by.By, ct), before?.Version ?? 0);
    }

    public static IReadOnlyDictionary<string, object?> Row(RecorderRow recorder)
    {
        var draft = recorder.Draft();
        return new Dictionary<string, object?>
        {
            ["serial"] = draft.Serial,
            ["kind"] = draft.Kind,
            ["model"] = draft.Model,
            ["unit"] = draft.Unit,
            ["state"] = draft.State,
            ["pool"] = draft.Pool ? "yes" : "no",
            ["boughtOn"] = draft.BoughtOn,
            ["warrantyUntil"] = draft.WarrantyUntil,
            ["storageGb"] = draft.StorageGb,
            ["note"] = draft.Note,
        };
    }
}
