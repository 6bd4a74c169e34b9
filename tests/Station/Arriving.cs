using Microsoft.Playwright;

namespace YaoAn.Tests.Station;

/// <summary>
/// Waiting until a page has come to an address and is loaded. It is one question that the browser answers when it is so: Playwright's own
/// <c>WaitForURLAsync</c> looks and then listens, and what is loaded between the two it waits for in vain (microsoft/playwright-dotnet#3364).
/// </summary>
public static class Arriving
{
    /// <summary>Until a page whose address matches is loaded.</summary>
    /// <param name="page">A page that is on its way.</param>
    /// <param name="address">A regular expression of JavaScript.</param>
    public static Task ArriveAsync(this IPage page, string address) => LoadedAsync(page, address, matches: true);

    /// <summary>Until a page whose address doesn't match is loaded.</summary>
    /// <param name="page">A page that is on its way.</param>
    /// <param name="address">A regular expression of JavaScript.</param>
    public static Task LeaveAsync(this IPage page, string address) => LoadedAsync(page, address, matches: false);

    private static async Task LoadedAsync(IPage page, string address, bool matches) => await page.WaitForFunctionAsync(
        "([address, matches]) => document.readyState === 'complete' && new RegExp(address).test(location.href) === matches", new object[] { address, matches });
}
