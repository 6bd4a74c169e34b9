using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of markers. The clip's row is held by whoever changes one; each change is a custody event in its transaction.</summary>
public sealed class MarkerTable(CatalogDatabase database)
{
    /// <summary>Longest note.</summary>
    public const int LongestNote = 1000;

    private const string Columns = "marker_id, clip_id, kind, from_ms, to_ms, note, account, at, version";

    /// <summary>Markers of a clip that the viewer was found to see, in the order of time.</summary>
    public async Task<IReadOnlyList<MarkerRow>> OfClipAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<MarkerRow>(new CommandDefinition(
            $"""
            select {Columns} from marker where clip_id = @clip order by from_ms, to_ms nulls first, marker_id
            """,
            new { clip },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Sets a marker.</summary>
    public Task<MarkerResult> SetAsync(ClipId clip, MarkerDraft draft, Viewer viewer, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            if (!await LockAsync(transaction, clip, viewer, ct))
                return new MarkerResult(LinkingOutcome.NotFound, null);
            var (wish, faults) = await CleanAsync(transaction, clip, draft, ct);
            if (faults.Count > 0)
                return new MarkerResult(LinkingOutcome.Refused, null, faults);
            var marker = MarkerId.New(by.Now);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                insert into marker (marker_id, clip_id, kind, from_ms, to_ms, note, account_id, account, at)
                values (@marker, @clip, @Kind, @FromMs, @ToMs, @Note, @Account, @Name, @Now)
                """,
                new { marker, clip, wish.Kind, wish.FromMs, wish.ToMs, wish.Note, by.Actor.Account, by.Actor.Name, by.Now },
                transaction,
                cancellationToken: ct));
            return await ToldAsync(transaction, CustodyKinds.MarkerSaved, marker, by, ct);
        },
        ct);

    /// <summary>Changes a marker of the version that the caller saw.</summary>
    public Task<MarkerResult> ChangeAsync(MarkerId marker, int known, MarkerDraft draft, Viewer viewer, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            var (row, refusal) = await LockAsync(transaction, marker, known, viewer, ct);
            if (refusal is not null)
                return refusal;
            var (wish, faults) = await CleanAsync(transaction, row!.ClipId, draft, ct);
            if (faults.Count > 0)
                return new MarkerResult(LinkingOutcome.Refused, row, faults);
            if ((row.Kind, row.FromMs, row.ToMs, row.Note) == (wish.Kind, wish.FromMs, wish.ToMs, wish.Note))
                return new MarkerResult(LinkingOutcome.Unchanged, row);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                update marker set kind = @Kind, from_ms = @FromMs, to_ms = @ToMs, note = @Note, account_id = @Account, account = @Name, at = @Now, version = version + 1
                where marker_id = @marker
                """,
                new { marker, wish.Kind, wish.FromMs, wish.ToMs, wish.Note, by.Actor.Account, by.Actor.Name, by.Now },
                transaction,
                cancellationToken: ct));
            return await ToldAsync(transaction, CustodyKinds.MarkerSaved, marker, by, ct);
        },
        ct);

    /// <summary>Takes a marker off; the log keeps it.</summary>
    public Task<MarkerResult> RemoveAsync(MarkerId marker, int known, Viewer viewer, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            var (row, refusal) = await LockAsync(transaction, marker, known, viewer, ct);
            if (refusal is not null)
                return refusal;
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """delete from marker where marker_id = @marker""", new { marker }, transaction, cancellationToken: ct));
            await TellAsync(transaction, CustodyKinds.MarkerRemoved, row!, by, ct);
            return new MarkerResult(LinkingOutcome.Done, row);
        },
        ct);

    private static async Task<bool> LockAsync(NpgsqlTransaction transaction, ClipId clip, Viewer viewer, CancellationToken ct) =>
        await transaction.Connection!.ExecuteScalarAsync<int?>(new CommandDefinition(
            $"""
            select 1 from clip where clip.clip_id = @clip and {ClipTable.Visible} for no key update
            """,
            new { clip, viewer.SeesAll, viewer.SeesSamples, viewer.Units, viewer.Officer },
            transaction,
            cancellationToken: ct)) is not null;

    private static async Task<(MarkerRow? Row, MarkerResult? Refusal)> LockAsync(NpgsqlTransaction transaction, MarkerId marker, int known, Viewer viewer, CancellationToken ct)
    {
        if (await FindAsync(transaction, marker, ct) is not { } found || !await LockAsync(transaction, found.ClipId, viewer, ct) || await FindAsync(transaction, marker, ct) is not { } row)
            return (null, new MarkerResult(LinkingOutcome.NotFound, null));
        return row.Version == known ? (row, null) : (row, new MarkerResult(LinkingOutcome.Conflict, row));
    }

    private static Task<MarkerRow?> FindAsync(NpgsqlTransaction transaction, MarkerId marker, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<MarkerRow>(new CommandDefinition(
            $"""
            select {Columns} from marker where marker_id = @marker
            """,
            new { marker },
            transaction,
            cancellationToken: ct));

    private static async Task<(MarkerDraft Wish, IReadOnlyList<Fault> Faults)> CleanAsync(NpgsqlTransaction transaction, ClipId clip, MarkerDraft draft, CancellationToken ct)
    {
        var lengthMs = await transaction.Connection!.ExecuteScalarAsync<long?>(new CommandDefinition(
            """select duration_ms from media where clip_id = @clip""", new { clip }, transaction, cancellationToken: ct));
        var check = new DraftCheck();
        check.OneOf("kind", draft.Kind, MarkerKinds.All);
        var note = check.Optional("note", draft.Note, LongestNote);
        if (note is null && draft.Kind == MarkerKinds.Free)
            check.Add("note", "required");
        // A player's idea of the length and ffprobe's differ by less than a second.
        if (draft.FromMs is null or < 0 || draft.ToMs < draft.FromMs || (draft.ToMs ?? draft.FromMs) > lengthMs + 1000)
            check.Add("fromMs", "no-part");
        return (draft with { Note = note }, check.Faults);
    }

    private static async Task<MarkerResult> ToldAsync(NpgsqlTransaction transaction, string kind, MarkerId marker, ChangeBy by, CancellationToken ct)
    {
        var row = (await FindAsync(transaction, marker, ct))!;
        await TellAsync(transaction, kind, row, by, ct);
        return new MarkerResult(LinkingOutcome.Done, row);
    }

    private static async Task TellAsync(NpgsqlTransaction transaction, string kind, MarkerRow row, ChangeBy by, CancellationToken ct)
    {
        await CustodyTable.AppendAsync(
            transaction,
            new CustodyEvent
            {
                Id = EventId.New(by.Now),
                At = by.Now,
                Kind = kind,
                Actor = by.Actor,
                Clip = row.ClipId,
                Once = $"marker/{row.MarkerId}/{(kind == CustodyKinds.MarkerRemoved ? "removed" : row.Version)}",
                Facts = [new("marker", row.MarkerId.ToString()), new("kind", row.Kind), new("fromMs", row.FromMs), new("toMs", row.ToMs), new("note", row.Note), new("via", by.Via)],
            },
            ct);
        await ClipTable.NotifyAsync(transaction, row.ClipId, ct);
    }
}
