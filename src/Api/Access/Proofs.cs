using System.Globalization;
using System.Security.Claims;

namespace YaoAn.Api;

/// <summary>
/// What an open browser on an unwatched desk must not be enough for: granting roles, and what later releases a hold, exports or deletes. It takes a
/// proof (password, or second factor) that is five minutes old at most.
/// </summary>
internal static class Proofs
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    /// <summary>Whether the person proved lately who he is. A program's token never did.</summary>
    public static bool IsFresh(this ClaimsPrincipal person, TimeProvider time) =>
        long.TryParse(person.FindFirstValue(People.Proved), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds) < GoodFor;

    /// <summary>Where a page sends whoever hasn't; it comes back to <paramref name="returnUrl"/>.</summary>
    public static string PathOf(string returnUrl) => $"/sign-in/again?returnUrl={Uri.EscapeDataString(returnUrl)}";
}
