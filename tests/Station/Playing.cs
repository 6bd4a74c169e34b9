using Microsoft.Playwright;
using Xunit.Sdk;
using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>What was seen of a playing video; filled in by Playwright.</summary>
public sealed record SeenVideo
{
    /// <summary>Seconds that it came to.</summary>
    public double CurrentTime { get; set; }

    public double Duration { get; set; }

    public bool Ended { get; set; }

    /// <summary>Bytes of sound that were decoded.</summary>
    public double AudioBytes { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    /// <summary>Standard deviation of the brightness of a drawn frame, 0–255; a blank frame has 0.</summary>
    public double Spread { get; set; }
}

/// <summary>Looks at the video of a clip page as a person does: is it moving, and is there a picture?</summary>
public static class Playing
{
    /// <summary>Frames with less are blank or nearly so.</summary>
    public const double LeastSpread = 4;

    private const string Look = """
        () => {
          const video = document.getElementById('video');
          if (!video || video.readyState < 2) return null;
          const canvas = document.createElement('canvas');
          canvas.width = 160;
          canvas.height = 90;
          const ink = canvas.getContext('2d');
          ink.drawImage(video, 0, 0, 160, 90);
          const data = ink.getImageData(0, 0, 160, 90).data;
          let sum = 0, squares = 0;
          const count = data.length / 4;
          for (let at = 0; at < data.length; at += 4) {
            const grey = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
            sum += grey;
            squares += grey * grey;
          }
          return {
            currentTime: video.currentTime, duration: video.duration, ended: video.ended, audioBytes: video.webkitAudioDecodedByteCount ?? 0, width: video.videoWidth, height: video.videoHeight,
            spread: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
          };
        }
        """;

    /// <summary>Presses play and waits until the video has moved on, or come to its end where it is shorter than that.</summary>
    public static async Task<SeenVideo> PlayAsync(IPage page, double seconds, TimeSpan atMost)
    {
        await page.Locator("#video").WaitForAsync(new() { Timeout = (float)atMost.TotalMilliseconds });
        await page.WaitForFunctionAsync("() => document.getElementById('video').readyState >= 2 || document.getElementById('video').error", null, new() { Timeout = (float)atMost.TotalMilliseconds });
        await page.Locator("#player").HoverAsync();
        await page.ClickAsync("#controls .when-paused");
        return await Wait.ForAsync(
            $"the video of {page.Url} plays {seconds} s",
            atMost,
            async () => await LookAsync(page) is { } seen && (seen.CurrentTime >= seconds || seen.Ended) ? seen : null,
            async () => (await LookAsync(page))?.ToString() ?? await page.EvaluateAsync<string>(
                "() => { const v = document.getElementById('video'); return `readyState ${v?.readyState} networkState ${v?.networkState} error ${v?.error?.message}`; }"));
    }

    /// <summary>Fails unless the frame shows something.</summary>
    public static void AssertPicture(SeenVideo seen)
    {
        if (seen.Spread < LeastSpread)
            throw new XunitException($"The frame is blank: {seen}.");
    }

    public static Task<SeenVideo?> LookAsync(IPage page) => page.EvaluateAsync<SeenVideo?>(Look);
}
