using Microsoft.Extensions.Localization;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Items of the checklist as a sheet. They go into the draft, which is begun where there is none; items that the sheet doesn't have stay as they are. Whoever tries it
/// begins no draft.
/// </summary>
internal sealed class ChecklistSheet(IStringLocalizer<ChecklistWords> words, IStringLocalizer<CaseWords> caseWords, IStringLocalizer<SheetWords> common) : Sheet(words, common)
{
    public override string Name => "checklist";

    public override IReadOnlyList<SheetColumn> Columns { get; } =
    [
        new("code", CellKind.Code, Required: true) { Width = 10 },
        new("action", CellKind.Choice, Required: true, "penalty", CaseActions.All, "Action") { Width = 12 },
        new("step", CellKind.Choice, Required: true, "evidence", CaseSteps.All, "Step") { Width = 8 },
        new("nameZh", CellKind.Text, Required: true, "现场询问当事人、证人") { Width = 36 },
        new("nameEn", CellKind.Text, Required: true, "On-scene questioning of parties and witnesses") { Width = 36 },
        new("mode", CellKind.Choice, Required: true, ItemModes.Full, ItemModes.All, "Mode") { Width = 10 },
        new("methods", CellKind.Text, Required: true, "录像和录音") { Width = 22 },
        new("toleranceS", CellKind.Number, Required: false, 3) { Width = 12 },
        new("startsWhen", CellKind.Text, Required: false, "亮证") { Width = 14 },
        new("endsWhen", CellKind.Text, Required: false, "签字或离开") { Width = 14 },
        new("retentionDays", CellKind.Number, Required: false, ChecklistTable.FloorDays) { Width = 12 },
        new("basis", CellKind.Text, Required: false, "行政处罚法第55条") { Width = 40 },
    ];

    public override async Task<(SaveResult Result, int Before)> SaveAsync(NpgsqlTransaction transaction, SheetRow row, Importer by, CancellationToken ct)
    {
        var draft = await ChecklistTable.DraftAsync(transaction, by.By, ct);
        var code = row.Get<string>("code", null);
        var (version, before) = await ChecklistTable.ItemOfDraftAsync(transaction, draft, code ?? "", ct);
        var item = new ChecklistItem
        {
            Code = code,
            Action = row.Get("action", before?.Action),
            Step = row.Get("step", before?.Step),
            NameZh = row.Get("nameZh", before?.NameZh),
            NameEn = row.Get("nameEn", before?.NameEn),
            Mode = row.Get("mode", before?.Mode),
            Methods = MethodWords.Read(caseWords, row.Get("methods", before?.Methods)),
            ToleranceS = row.Get("toleranceS", before?.ToleranceS),
            StartsWhen = row.Get("startsWhen", before?.StartsWhen),
            EndsWhen = row.Get("endsWhen", before?.EndsWhen),
            RetentionDays = row.Get("retentionDays", before?.RetentionDays),
            Basis = row.Get("basis", before?.Basis),
        };
        return (await ChecklistTable.SaveItemAsync(transaction, draft, item, null, by.By, ct), version);
    }

    public IReadOnlyDictionary<string, object?> Row(ChecklistItem item) => new Dictionary<string, object?>
    {
        ["code"] = item.Code,
        ["action"] = item.Action,
        ["step"] = item.Step,
        ["nameZh"] = item.NameZh,
        ["nameEn"] = item.NameEn,
        ["mode"] = item.Mode,
        ["methods"] = caseWords.Methods(item.Methods!),
        ["toleranceS"] = item.ToleranceS,
        ["startsWhen"] = item.StartsWhen,
        ["endsWhen"] = item.EndsWhen,
        ["retentionDays"] = item.RetentionDays,
        ["basis"] = item.Basis,
    };
}
