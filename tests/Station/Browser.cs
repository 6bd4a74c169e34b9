using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;
using Xunit.Sdk;
using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>The real Chromium of <c>YAOAN_CHROMIUM</c>; one for all tests of a process.</summary>
public static class Browser
{
    /// <summary>Of names that were enrolled in this process.</summary>
    private static readonly ConcurrentDictionary<string, Authenticator> s_authenticators = new(StringComparer.Ordinal);

    private static readonly Lazy<Task<IBrowser>> s_browser = new(LaunchAsync);

    /// <summary>True where a browser was given.</summary>
    public static bool Given => Environment.GetEnvironmentVariable("YAOAN_CHROMIUM") is { Length: > 0 };

    /// <summary>First line of every test that uses the browser.</summary>
    public static void Need()
    {
        if (!Given && Environment.GetEnvironmentVariable("CI") is "true" or "1")
            Assert.Fail("YAOAN_CHROMIUM is not set: in CI these tests must run. deploy/test sets it.");
        Skip.IfNot(Given, "YAOAN_CHROMIUM is not set: deploy/test sets it.");
    }

    /// <summary>A person's browser profile: cookies of its own, Chinese, a screen of 1366x768.</summary>
    public static async Task<IBrowserContext> ProfileAsync(Uri pages, int width = 1366, int height = 768)
    {
        var browser = await s_browser.Value;
        return await browser.NewContextAsync(new()
        {
            BaseURL = pages.ToString(),
            Locale = "zh-CN",
            TimezoneId = "Asia/Shanghai",
            ViewportSize = new() { Width = width, Height = height },
        });
    }

    /// <summary>A profile that is signed in.</summary>
    public static async Task<IBrowserContext> SignedInAsync(Uri pages, string name, string password)
    {
        var profile = await ProfileAsync(pages);
        var page = await GivePasswordAsync(profile, name, password);
        await PassTheDoorAsync(page, name);
        await page.CloseAsync();
        return profile;
    }

    /// <summary>A profile that gave the password and stands before what comes after it.</summary>
    public static async Task<IBrowserContext> AtTheDoorAsync(Uri pages, string name, string password)
    {
        var profile = await ProfileAsync(pages);
        await (await GivePasswordAsync(profile, name, password)).CloseAsync();
        return profile;
    }

    private static async Task<IPage> GivePasswordAsync(IBrowserContext profile, string name, string password)
    {
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#u", name);
        await page.FillAsync("#p", password);
        await page.ClickAsync("form button[type=submit]");
        await page.LeaveAsync("/sign-in$");
        return page;
    }

    /// <summary>Sets the second factor that the role needs, or gives it.</summary>
    public static async Task PassTheDoorAsync(IPage page, string name)
    {
        if (page.Url.Contains("/sign-in/enrol", StringComparison.Ordinal))
        {
            var authenticator = s_authenticators[name] = new Authenticator((await page.GetAttributeAsync("[data-secret]", "data-secret"))!);
            await page.FillAsync("#c", authenticator.CodeAt(TimeProvider.System.GetUtcNow()));
            await page.ClickAsync("form button[type=submit]");
            await page.Locator(".recovery").WaitForAsync();
            await page.ClickAsync(".box > a.btn-primary");
        }
        else if (page.Url.Contains("/sign-in/second", StringComparison.Ordinal))
        {
            // A code counts once: the next one is taken already, as on a telephone whose clock is fast.
            await page.FillAsync("#c", s_authenticators[name].CodeAt(TimeProvider.System.GetUtcNow(), steps: 1));
            await page.ClickAsync("form button[type=submit]");
        }
        await page.LeaveAsync("/sign-in");
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("YAOAN_CHROMIUM"),
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--lang=zh-CN",
            ],
        });
    }
}

/// <summary>A page whose complaints are collected: violations of the content security policy, errors on the console, exceptions.</summary>
public sealed class WatchedPage
{
    private const string Listener = """
        document.addEventListener('securitypolicyviolation', event => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
        """;

    private readonly ConcurrentQueue<string> _complaints = new();

    private WatchedPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _complaints.Enqueue($"{page.Url}: {message.Text} {message.Location}");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<WatchedPage> OpenAsync(IBrowserContext profile, string? path = null)
    {
        var page = await profile.NewPageAsync();
        await page.AddInitScriptAsync(Listener);
        var watched = new WatchedPage(page);
        if (path is not null)
            await page.GotoAsync(path);
        return watched;
    }

    /// <summary>Fails where the page complained about anything.</summary>
    public void AssertCalm()
    {
        if (!_complaints.IsEmpty)
            throw new XunitException("The browser complained: " + string.Join(Environment.NewLine, _complaints));
    }
}
