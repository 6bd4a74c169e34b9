using System.Text;
using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// At start: makes the accounts that the configuration asks for, and a fresh one-time link for each first role that nobody has. There is
/// no default account and no default password. While the database is away the board must stand, so this waits for it in the background.
/// </summary>
internal sealed partial class FirstAccounts(
    IServiceScopeFactory scopes, AccountTable accounts, SetupLinkTable links, IOptions<SetupOptions> options, TimeProvider time, ILogger<FirstAccounts> logger)
    : BackgroundService
{
    private static readonly TimeSpan LinkGoodFor = TimeSpan.FromDays(7);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(3);

    private bool _done;

    /// <summary>The first try comes before the server listens, so that whoever sees it ready finds the links.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _done = await TryAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_done)
        {
            await Task.Delay(Again, time, stoppingToken);
            _done = await TryAsync(stoppingToken);
        }
    }

    /// <summary>False where the database can't be used yet.</summary>
    private async Task<bool> TryAsync(CancellationToken ct)
    {
        try
        {
            await MakeAsync(options.Value.Admin, AccountRoles.SystemAdministrator, ct);
            await MakeAsync(options.Value.Reviewer, AccountRoles.Reviewer, ct);
            if (options.Value.LinksFile is { Length: > 0 } file)
                WriteLinks(file, await IssueAsync(ct));
            return true;
        }
        catch (NpgsqlException e)
        {
            LogWaiting(logger, e.Message);
            return false;
        }
        catch (Exception e) when (e.InnerException is NpgsqlException)
        {
            LogWaiting(logger, e.InnerException.Message);
            return false;
        }
    }

    private async Task MakeAsync(UnattendedAccount account, string role, CancellationToken ct)
    {
        if (!account.Wanted)
            return;
        await using var scope = scopes.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<AccountMaker>()
            .MakeAsync(new NewAccount(account.Name!, account.Name!, SetupOptionsCheck.Password(account)), role, ct);
        if (outcome is MakeOutcome.Made)
            LogMade(logger, role);
        else if (outcome is MakeOutcome.Refused { Code: "NameTaken" } && (await accounts.RolesWithoutAccountAsync([role], ct)).Count > 0)
            LogNobody(logger, account.Name!, role);
        else if (outcome is MakeOutcome.Refused { Code: not "NameTaken" } refused)
            throw new StartRefusedException($"The account {account.Name} could not be made: {refused.Code}.");
    }

    private async Task<IReadOnlyList<(string Role, string Token)>> IssueAsync(CancellationToken ct)
    {
        var missing = await accounts.RolesWithoutAccountAsync(AccountRoles.FirstOnes, ct);
        foreach (var role in AccountRoles.FirstOnes.Except(missing))
            await links.WithdrawAsync(role, ct);
        if (!options.Value.Sample)
            await links.WithdrawAsync(SetupLinkTable.Sample, ct);
        var now = time.GetUtcNow();
        var issued = new List<(string Role, string Token)>();
        foreach (var role in options.Value.Sample ? missing.Append(SetupLinkTable.Sample) : missing)
        {
            var token = RandomToken.New();
            await links.ReplaceAsync(RandomToken.DigestOf(token)!.Value, role, now, now + LinkGoodFor, ct);
            issued.Add((role, token));
        }
        return issued;
    }

    /// <summary>The file of an earlier start is replaced even when there are no links: what it holds is no good any more.</summary>
    private void WriteLinks(string file, IReadOnlyList<(string Role, string Token)> issued)
    {
        try
        {
            var lines = string.Concat(issued.Select(link => $"{link.Role} /setup?token={link.Token}\n"));
            using (var stream = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                // A file that was there keeps its mode, so it is set before the first secret goes in.
                File.SetUnixFileMode(stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                stream.Write(Encoding.UTF8.GetBytes(lines));
            }
            LogIssued(logger, issued.Count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Setup:LinksFile {file} can't be written: {e.Message}", e);
        }
    }

    [LoggerMessage(9201, LogLevel.Information, "Set-up links were issued: {Count}")]
    private static partial void LogIssued(ILogger logger, int count);

    [LoggerMessage(9202, LogLevel.Information, "An account with the role {Role} was made from the configuration")]
    private static partial void LogMade(ILogger logger, string role);

    [LoggerMessage(9204, LogLevel.Warning, "The account {Name} exists already and was left as it is, and nobody has the role {Role}: give it another name in the configuration")]
    private static partial void LogNobody(ILogger logger, string name, string role);

    [LoggerMessage(9203, LogLevel.Warning, "First accounts wait for the database: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);
}

/// <summary>The program can't start as it is configured; the message is one sentence that says what to do.</summary>
internal sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
