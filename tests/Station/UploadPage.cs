using Microsoft.Playwright;
using Xunit.Sdk;
using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>The upload page as a person uses it.</summary>
public sealed class UploadPage(IPage page)
{
    public IPage Page => page;

    public static async Task<UploadPage> OpenAsync(IBrowserContext profile)
    {
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/upload");
        return new UploadPage(page);
    }

    /// <summary>Chooses files in the picker.</summary>
    public Task ChooseAsync(params string[] paths) => page.SetInputFilesAsync("#files", paths);

    /// <summary>The row of a file.</summary>
    public ILocator Row(string name) => page.Locator("#list > li", new() { HasText = name });

    /// <summary>The state that a row shows; empty while there is none.</summary>
    public async Task<string> StateAsync(string name) =>
        await Row(name).CountAsync() == 1 ? await Row(name).GetAttributeAsync("data-state") ?? "" : "";

    /// <summary>Waits until a row shows one of these states.</summary>
    public async Task<string> WaitAsync(string name, TimeSpan atMost, params string[] states)
    {
        var seen = "";
        await Wait.UntilAsync(
            $"the row of {name} shows {string.Join(" or ", states)}",
            atMost,
            async () => Array.IndexOf(states, seen = await StateAsync(name)) >= 0,
            async () => await page.Locator("#uploads").InnerTextAsync());
        return seen;
    }

    /// <summary>Bytes that the row's bar says are on the station.</summary>
    public async Task<long> ShownBytesAsync(string name) =>
        await Row(name).Locator("progress").EvaluateAsync<long>("bar => bar.value");

    /// <summary>The SHA-256 that a row shows.</summary>
    public async Task<string> DigestAsync(string name) =>
        (await Row(name).Locator(".digest").InnerTextAsync()).Split(' ') is ["SHA-256", var digest] ? digest : throw new XunitException("The row shows no digest.");
}
