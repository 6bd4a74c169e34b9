using Microsoft.Playwright;

namespace YaoAn.Tests.Station;

/// <summary>Pictures of screens and papers for whoever looks at them: written where <c>YAOAN_SCREENSHOTS</c> names a folder.</summary>
public static class Pictures
{
    /// <summary>Null where nobody wants any.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable("YAOAN_SCREENSHOTS") is { Length: > 0 } folder ? folder : null;

    /// <summary>What is on the screen.</summary>
    public static Task ScreenAsync(IPage page, string name) =>
        Folder is { } folder ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") }) : Task.CompletedTask;

    /// <summary>What a printer would get.</summary>
    public static Task PaperAsync(IPage page, string name) =>
        Folder is { } folder ? page.PdfAsync(new() { Path = Path.Combine(folder, $"{name}.pdf"), PreferCSSPageSize = true }) : Task.CompletedTask;
}
