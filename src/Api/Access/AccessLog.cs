using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The access log (登录日志) from the side of a request.</summary>
internal sealed partial class AccessLog(AccessLogTable table, TimeProvider time, ILogger<AccessLog> logger) : IDisposable
{
    /// <summary>Lines about refusals that one address gets a minute; a flood must not fill the database.</summary>
    private const int RefusalsPerMinute = 60;

    private readonly PartitionedRateLimiter<string> _refusals = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(
            address, _ => new FixedWindowRateLimiterOptions { PermitLimit = RefusalsPerMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>Writes a line or throws: what has to be logged doesn't happen without it.</summary>
    public Task WriteAsync(HttpContext http, string kind, AccountId? account, string? name) =>
        table.AppendAsync(new AccessEntry(kind, account, name, Address(http), Detail: null, http.Reference()), time.GetUtcNow(), http.RequestAborted);

    /// <summary>Writes a refusal. It is refused whether or not the log can be written.</summary>
    public async Task RefusedAsync(HttpContext http, string why, string kind = AccessKinds.Refused)
    {
        using var lease = _refusals.AttemptAcquire(Address(http) ?? "");
        if (!lease.IsAcquired)
        {
            LogFlood(logger, why, http.Reference());
            return;
        }
        try
        {
            var detail = $"{why} {http.Request.Method} {http.Request.Path}";
            await table.AppendAsync(
                new AccessEntry(kind, http.User.Account(), http.User.Identity?.Name, Address(http), detail, http.Reference()),
                time.GetUtcNow(),
                CancellationToken.None); // The one who was refused can't keep this out of the log by hanging up.
        }
        catch (NpgsqlException e)
        {
            LogLost(logger, e, why, http.Reference());
        }
    }

    public void Dispose() => _refusals.Dispose();

    private static string? Address(HttpContext http) => http.Connection.RemoteIpAddress?.ToString();

    [LoggerMessage(9101, LogLevel.Warning, "A refusal ({Why}, {Reference}) couldn't be written to the access log")]
    private static partial void LogLost(ILogger logger, Exception exception, string why, string reference);

    [LoggerMessage(9102, LogLevel.Warning, "One address is refused more often than the access log takes ({Why}, {Reference})")]
    private static partial void LogFlood(ILogger logger, string why, string reference);
}

/// <summary>Puts refusals into the access log: every missing right, and missing sign-ins of programs (a browser is only sent to sign in).</summary>
internal sealed class LoggedRefusals(AccessLog log) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _inner = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        // Whoever stands at a door is only shown it.
        if (authorizeResult.Forbidden && !(context.User.DoorOf() is not null && context.Request.WantsPage()))
            await log.RefusedAsync(context, "no-right");
        else if (authorizeResult.Challenged && !context.Request.WantsPage())
            await log.RefusedAsync(context, "no-sign-in");
        await _inner.HandleAsync(next, context, policy, authorizeResult);
    }
}
