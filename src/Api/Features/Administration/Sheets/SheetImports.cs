using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Tries and applies sheets. A trial does what the real run does and leaves nothing; the real run is all or nothing.</summary>
internal sealed class SheetImports(ImportTable imports)
{
    /// <summary>What a file would do now.</summary>
    public async Task<SheetReport> TryAsync(Sheet sheet, byte[] content, Importer by, CancellationToken ct)
    {
        var read = SheetReader.Read(sheet, content);
        return read.Fault is not null
            ? new SheetReport([], read.Fault)
            : new SheetReport(await imports.TryAsync(transaction => RunAsync(transaction, sheet, read.Rows, by, ct), ct), null);
    }

    /// <summary>Applies a tried sheet.</summary>
    /// <returns>What was written; null where it would do something else by now than <paramref name="seen"/>, or was used already.</returns>
    public async Task<SheetReport?> ApplyAsync(Sheet sheet, WaitingImport import, Sha256Digest seen, Importer by, CancellationToken ct)
    {
        var read = SheetReader.Read(sheet, import.Content);
        SheetReport? report = null;
        var done = read.Fault is null && await imports.ApplyAsync(
            import,
            seen,
            async transaction =>
            {
                report = new SheetReport(await RunAsync(transaction, sheet, read.Rows, by, ct), null);
                return (report.MayApply ? report.Fingerprint() : null, report.Created, report.Changed, report.Unchanged);
            },
            by.By,
            ct);
        return done ? report : null;
    }

    private static async Task<IReadOnlyList<RowReport>> RunAsync(
        NpgsqlTransaction transaction, Sheet sheet, IReadOnlyList<SheetRow> rows, Importer by, CancellationToken ct)
    {
        var reports = new List<RowReport>(rows.Count);
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in rows)
        {
            var key = sheet.KeyOf(row);
            var (outcome, before, faults) = (SaveOutcome.Refused, 0, row.Faults);
            if (key.Length > 0 && !seen.TryAdd(key, row.Number))
                faults.Add(new Fault(sheet.Key.Key, "twice-in-sheet", $"{seen[key]}"));
            if (faults.Count == 0)
            {
                var result = await ImportTable.RowAsync(
                    transaction,
                    async () =>
                    {
                        (var saved, before) = await sheet.SaveAsync(transaction, row, by, ct);
                        return saved;
                    },
                    ct);
                outcome = result.Outcome;
                faults = outcome == SaveOutcome.Stale ? [new Fault(sheet.Key.Key, "stale")] : [.. result.Faults];
            }
            reports.Add(new RowReport(row.Number, key, outcome, before, faults, row.Cells));
        }
        return reports;
    }
}
