using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>A sheet that was tried and waits to be applied.</summary>
public sealed record WaitingImport
{
    /// <summary>Id.</summary>
    public required ImportId ImportId { get; init; }

    /// <summary>Which list it is for.</summary>
    public required string Sheet { get; init; }

    /// <summary>Name of the file, as its sender calls it.</summary>
    public required string FileName { get; init; }

    /// <summary>Its bytes.</summary>
    public required byte[] Content { get; init; }

    /// <summary>When it was tried.</summary>
    public required DateTimeOffset TriedAt { get; init; }
}

/// <summary>SQL of sheets between their trial and their use.</summary>
public sealed class ImportTable(CatalogDatabase database)
{
    /// <summary>How long a tried sheet waits.</summary>
    public static readonly TimeSpan WaitsFor = TimeSpan.FromHours(24);

    /// <summary>
    /// Runs work in one transaction that nothing remains of: a trial does exactly what the real run would do.
    /// </summary>
    public async Task<T> TryAsync<T>(Func<NpgsqlTransaction, Task<T>> work, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await work(transaction);
        await transaction.RollbackAsync(CancellationToken.None);
        return result;
    }

    /// <summary>Runs one row so that its failure leaves the rows before it: to a trial all faults of a sheet count, not only the first.</summary>
    public static async Task<SaveResult> RowAsync(NpgsqlTransaction transaction, Func<Task<SaveResult>> save, CancellationToken ct)
    {
        await transaction.SaveAsync("row", ct);
        SaveResult result;
        try
        {
            result = await save();
        }
        catch (PostgresException e) when (Races.IsLost(e))
        {
            result = SaveResult.Of(SaveOutcome.Stale, 0);
        }
        if (result.Outcome is SaveOutcome.Refused or SaveOutcome.Stale)
            await transaction.RollbackAsync("row", ct);
        await transaction.ReleaseAsync("row", ct);
        return result;
    }

    /// <summary>Keeps a sheet until it is applied; what others left behind too long ago is emptied.</summary>
    public Task<ImportId> KeepAsync(
        AccountId account, string sheet, string fileName, byte[] content, DateTimeOffset now, CancellationToken ct) =>
        database.InTransactionAsync(
            async transaction =>
            {
                var id = ImportId.New(now);
                await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                    """
                    update sheet_import set content = null where content is not null and tried_at < @old;
                    insert into sheet_import (import_id, account_id, sheet, file_name, content, tried_at)
                    values (@id, @account, @sheet, @fileName, @content, @now)
                    """,
                    new { id, account, sheet, fileName, content, now, old = now - WaitsFor },
                    transaction,
                    cancellationToken: ct));
                return id;
            },
            ct);

    /// <summary>A sheet of this account that still waits, or null: used, too old, or somebody else's.</summary>
    public async Task<WaitingImport?> FindAsync(ImportId id, AccountId account, string sheet, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<WaitingImport>(new CommandDefinition(
            """
            select import_id, sheet, file_name, content, tried_at
            from sheet_import
            where import_id = @id and account_id = @account and sheet = @sheet and content is not null and tried_at >= @old
            """,
            new { id, account, sheet, old = now - WaitsFor },
            cancellationToken: ct));
    }

    /// <summary>
    /// Applies a tried sheet: its rows, the end of its waiting and the event of the whole, or nothing of it.
    /// </summary>
    /// <param name="import">The sheet.</param>
    /// <param name="seen">What the person was shown that it would do: the trial's fingerprint.</param>
    /// <param name="work">Saves the rows and returns what it found, with its fingerprint (null where a row can't be saved) and counts.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>False where the data changed since the trial, or where the sheet was used already; nothing was changed.</returns>
    public async Task<bool> ApplyAsync(
        WaitingImport import, Sha256Digest seen, Func<NpgsqlTransaction, Task<(Sha256Digest? Fingerprint, int Created, int Changed, int Unchanged)>> work, ChangeBy by, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Who presses twice waits here, and finds it used.
        var taken = await connection.ExecuteAsync(new CommandDefinition(
            """
            update sheet_import set content = null, applied_at = @Now where import_id = @ImportId and applied_at is null and content is not null
            """,
            new { by.Now, import.ImportId },
            transaction,
            cancellationToken: ct));
        if (taken == 0)
            return false;
        var done = await work(transaction);
        if (done.Fingerprint is not { } found || found != seen)
            return false;
        await CustodyTable.AppendAsync(
            transaction,
            new CustodyEvent
            {
                Id = EventId.New(by.Now),
                At = by.Now,
                Kind = CustodyKinds.SheetApplied,
                Actor = by.Actor,
                Once = $"sheet/{import.ImportId}",
                Facts =
                [
                    new("sheet", import.Sheet),
                    new("import", import.ImportId),
                    new("file", import.FileName),
                    new("created", done.Created),
                    new("changed", done.Changed),
                    new("unchanged", done.Unchanged),
                ],
            },
            ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
