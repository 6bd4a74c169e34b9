using System.Globalization;
using System.Threading.RateLimiting;

namespace YaoAn.Api;

/// <summary>How often somebody may try. A refused try says when to come back.</summary>
internal static class RateLimits
{
    /// <summary>Sign-ins and uses of set-up links: 10 a minute from one address.</summary>
    public const string SignIn = "sign-in";

    public const int SignInsPerMinute = 10;

    /// <summary>What comes after the password: 20 a minute from one address, since a bureau may have only one. Tries count by the account as well.</summary>
    public const string Door = "door";

    public const int DoorsPerMinute = 20;

    /// <summary>Codes scanned and deeds done at a kiosk: 120 a minute from one address, more than hands are quick, too few to try numbers out.</summary>
    public const string Kiosk = "kiosk";

    public const int KioskPerMinute = 120;

    /// <summary>Requests of a program with one token.</summary>
    public const int RequestsOfTokenPerMinute = 100;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddRateLimits(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
            context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
        // Whatever address it asks: a token that isn't one counts by where it comes from.
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => ApiTokens.IsMeant(context.Request)
            ? RateLimitPartition.GetFixedWindowLimiter(
                ApiTokens.DigestOf(context.Request)?.ToString() ?? context.Connection.RemoteIpAddress?.ToString() ?? "unknown",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = RequestsOfTokenPerMinute, Window = Window })
            : RateLimitPartition.GetNoLimiter(""));
        options.AddPolicy(SignIn, context => PostsOf(context, SignInsPerMinute));
        options.AddPolicy(Door, context => PostsOf(context, DoorsPerMinute));
        options.AddPolicy(Kiosk, context => PostsOf(context, KioskPerMinute));
    });

    private static RateLimitPartition<string> PostsOf(HttpContext context, int limit) => HttpMethods.IsPost(context.Request.Method)
        ? RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "unknown",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = limit, Window = Window })
        : RateLimitPartition.GetNoLimiter("reading");
}
