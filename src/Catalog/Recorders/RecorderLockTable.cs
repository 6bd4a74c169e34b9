using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// Clips, clock readings and allocations of one recorder that come in at the same time must see each other: each takes this lock until its
/// commit, before any row of a clip is locked.
/// </summary>
internal static class RecorderLockTable
{
    /// <param name="transaction">Holds it until its end.</param>
    /// <param name="serial">Serial in any case; null takes nothing.</param>
    /// <param name="ct">Cancels.</param>
    public static Task TakeAsync(NpgsqlTransaction transaction, string? serial, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """select pg_advisory_xact_lock(hashtextextended('recorder:' || lower(@serial), 0))""", new { serial }, transaction, cancellationToken: ct));

    /// <summary>The lock of the recorder that a clip came from.</summary>
    public static Task TakeAsync(NpgsqlTransaction transaction, ClipId clip, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """select pg_advisory_xact_lock(hashtextextended('recorder:' || lower(recorder), 0)) from clip where clip_id = @clip""",
            new { clip },
            transaction,
            cancellationToken: ct));
}
