using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>What became of a wish that a binding file be written to a recorder.</summary>
public static class BindingOutcomes
{
    /// <summary>It lies on the recorder and was read back.</summary>
    public const string Written = "written";

    /// <summary>A file of that name lies there already; it wasn't touched.</summary>
    public const string There = "there";

    /// <summary>The recorder is mounted read-only; nothing was written.</summary>
    public const string ReadOnly = "read-only";

    /// <summary>Writing or reading back failed; what lies there isn't believed.</summary>
    public const string Failed = "failed";

    /// <summary>The station has no bureau's key; nothing was written.</summary>
    public const string NoKey = "no-key";

    /// <summary>A person took the wish back.</summary>
    public const string Withdrawn = "withdrawn";
}

/// <summary>A wish that waits.</summary>
/// <param name="RequestId">Its id.</param>
/// <param name="Serial">Serial of the recorder.</param>
public sealed record OpenBindingRequest(Guid RequestId, string Serial);

/// <summary>The latest wish of a recorder.</summary>
/// <param name="Account">Whose.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Outcome">One of <see cref="BindingOutcomes"/>; null while it waits.</param>
/// <param name="SettledAt">When that was.</param>
/// <param name="Station">Where.</param>
/// <param name="Slot">In which slot.</param>
public sealed record BindingRequestRow(string Account, DateTimeOffset AskedAt, string? Outcome, DateTimeOffset? SettledAt, string? Station, int? Slot);

/// <summary>SQL of wishes that a station write a binding file to a recorder. Each change and its event are one transaction.</summary>
public sealed class BindingRequestTable(CatalogDatabase database)
{
    /// <summary>Asks for the recorder's next docking; false where there is no such recorder within reach. A second wish while one waits changes nothing.</summary>
    public Task<bool> AskAsync(string serial, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            if (await RecorderTable.LockAsync(transaction, serial, ct) is not { } recorder || !by.Reaches(recorder.UnitId))
                return false;
            var written = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                insert into binding_request (request_id, recorder_id, account, asked_at)
                values (@id, @RecorderId, @Name, @Now)
                on conflict (recorder_id) where settled_at is null do nothing
                """,
                new { id = Guid.CreateVersion7(by.Now), recorder.RecorderId, by.Actor.Name, by.Now },
                transaction,
                cancellationToken: ct));
            if (written > 0)
                await CustodyTable.AppendAsync(transaction, by.Happened(CustodyKinds.RecorderBindingAsked, new KeyValuePair<string, object?>("serial", recorder.Serial)), ct);
            return true;
        },
        ct);

    /// <summary>Takes the waiting wish back; false where none waits within reach.</summary>
    public Task<bool> WithdrawAsync(string serial, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction => await RecorderTable.LockAsync(transaction, serial, ct) is { } recorder && by.Reaches(recorder.UnitId)
            && await WaitingAsync(transaction, recorder, ct) is { } request && await SettleAsync(transaction, request, serial, BindingOutcomes.Withdrawn, null, null, by, ct),
        ct);

    /// <summary>All wishes that wait, the oldest first.</summary>
    public async Task<IReadOnlyList<OpenBindingRequest>> OpenAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<OpenBindingRequest>(new CommandDefinition(
            """
            select binding_request.request_id, recorder.serial
            from binding_request join recorder on recorder.recorder_id = binding_request.recorder_id
            where binding_request.settled_at is null
            order by binding_request.asked_at
            """,
            cancellationToken: ct))).AsList();
    }

    /// <summary>Writes what became of a wish; false where it waits no more.</summary>
    /// <param name="request">The wish.</param>
    /// <param name="outcome">One of <see cref="BindingOutcomes"/>.</param>
    /// <param name="station">Where.</param>
    /// <param name="slot">In which slot.</param>
    /// <param name="by">The station.</param>
    /// <param name="ct">Cancels.</param>
    public Task<bool> SettleAsync(OpenBindingRequest request, string outcome, string station, int slot, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        transaction => SettleAsync(transaction, request.RequestId, request.Serial, outcome, station, slot, by, ct), ct);

    /// <summary>The latest wish of a recorder; null where there was none.</summary>
    public async Task<BindingRequestRow?> LatestAsync(RecorderId recorder, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<BindingRequestRow>(new CommandDefinition(
            """
            select account, asked_at, outcome, settled_at, station, slot from binding_request where recorder_id = @recorder order by asked_at desc limit 1
            """,
            new { recorder },
            cancellationToken: ct));
    }

    private static Task<Guid?> WaitingAsync(NpgsqlTransaction transaction, RecorderRow recorder, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<Guid?>(new CommandDefinition(
            """
            select request_id from binding_request where recorder_id = @RecorderId and settled_at is null
            """,
            new { recorder.RecorderId },
            transaction,
            cancellationToken: ct));

    private static async Task<bool> SettleAsync(
        NpgsqlTransaction transaction, Guid request, string serial, string outcome, string? station, int? slot, ChangeBy by, CancellationToken ct)
    {
        var written = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update binding_request set outcome = @outcome, settled_at = @Now, station = @station, slot = @slot
            where request_id = @request and settled_at is null
            """,
            new { request, outcome, station, slot, by.Now },
            transaction,
            cancellationToken: ct));
        return written > 0 && await CustodyTable.AppendAsync(
            transaction, by.Happened(CustodyKinds.RecorderBindingSettled, new("serial", serial), new("outcome", outcome), new("station", station), new("slot", slot)), ct);
    }
}
