using Dapper;

namespace YaoAn.Catalog;

/// <summary>One line of the access log (登录日志).</summary>
/// <param name="Kind">One of <see cref="AccessKinds"/>.</param>
/// <param name="Account">Account, where it is known.</param>
/// <param name="Name">Name as typed; it may be no account's.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="Detail">Method and path of a refused request, without its query: tokens stand there.</param>
/// <param name="Reference">The 编号 that the person was shown.</param>
public sealed record AccessEntry(string Kind, AccountId? Account, string? Name, string? Address, string? Detail = null, string? Reference = null);

/// <summary>What the access log tells apart.</summary>
public static class AccessKinds
{
    /// <summary>Signed in.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Wrong name or password.</summary>
    public const string SignInFailed = "sign-in-failed";

    /// <summary>Refused because the account is locked or disabled.</summary>
    public const string LockedOut = "locked-out";

    /// <summary>Signed out.</summary>
    public const string SignedOut = "signed-out";

    /// <summary>A set-up link made an account.</summary>
    public const string SetUp = "set-up";

    /// <summary>A set-up link that is used, too old or unknown.</summary>
    public const string SetUpRefused = "set-up-refused";

    /// <summary>A second factor that was wrong, used already or given by a locked account.</summary>
    public const string SecondFailed = "second-failed";

    /// <summary>Somebody signed in proved again who he is.</summary>
    public const string Proved = "proved";

    /// <summary>A request for which the right, the sign-in or the antiforgery token was missing.</summary>
    public const string Refused = "refused";
}

/// <summary>SQL of the access log: insert only.</summary>
public sealed class AccessLogTable(CatalogDatabase database)
{
    /// <summary>Longest text kept of what a stranger sent, in UTF-16 units.</summary>
    private const int MaxText = 200;

    /// <summary>Adds a line.</summary>
    public async Task AppendAsync(AccessEntry entry, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into access_log (access_id, at, kind, account_id, name, address, detail, reference)
            values (@id, @now, @Kind, @Account, @name, @Address, @detail, @Reference)
            """,
            new
            {
                id = Guid.CreateVersion7(now),
                now,
                entry.Kind,
                entry.Account,
                name = Kept(entry.Name),
                entry.Address,
                detail = Kept(entry.Detail),
                entry.Reference,
            },
            cancellationToken: ct));
    }

    // A zero character is shown as such: who sent one is of interest.
    private static string? Kept(string? text) =>
        text is null ? null : PlainText.Cut(text.Replace("\0", "␀", StringComparison.Ordinal), MaxText);
}
