using Microsoft.Playwright;

namespace YaoAn.Api.Tests;

/// <summary>Pictures of screens and papers for whoever looks at them: written where <c>YAOAN_SCREENSHOTS</c> names a folder.</summary>
internal static class Pictures
{
    private static string? Folder => Environment.GetEnvironmentVariable("YAOAN_SCREENSHOTS") is { Length: > 0 } folder ? folder : null;

    public static Task ScreenAsync(IPage page, string name) =>
        Folder is { } folder ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") }) : Task.CompletedTask;

    public static Task PaperAsync(IPage page, string name) =>
        Folder is { } folder ? page.PdfAsync(new() { Path = Path.Combine(folder, $"{name}.pdf"), PreferCSSPageSize = true }) : Task.CompletedTask;
}
