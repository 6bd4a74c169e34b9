using Npgsql;

namespace YaoAn.Catalog;

/// <summary>What two people do at once and the database lets only one of them do.</summary>
internal static class Races
{
    /// <summary>
    /// Runs a save in a transaction of its own, which stands only where something was written. Checks before the write have looked for everything
    /// that constraints refuse; where one refuses all the same, somebody was faster, and that is an outcome.
    /// </summary>
    public static async Task<SaveResult> SaveAsync(CatalogDatabase database, Func<NpgsqlTransaction, Task<SaveResult>> save, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var result = await save(transaction);
            if (result.Outcome is SaveOutcome.Created or SaveOutcome.Changed)
                await transaction.CommitAsync(ct);
            return result;
        }
        catch (PostgresException e) when (IsLost(e))
        {
            return SaveResult.Of(SaveOutcome.Stale, 0);
        }
    }

    /// <summary>True where a constraint refused what a check just before had found in order.</summary>
    public static bool IsLost(PostgresException e) => e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation
        or PostgresErrorCodes.CheckViolation or PostgresErrorCodes.DeadlockDetected;
}
