using System.Diagnostics;
using Xunit.Sdk;

namespace YaoAn.Tests.Support;

/// <summary>Waiting for something to become true, with a deadline; no test sleeps for a time that somebody guessed.</summary>
public static class Wait
{
    private const int FirstPauseMs = 10, LongestPauseMs = 100;

    /// <summary>Looks until there is a value that isn't null.</summary>
    /// <exception cref="XunitException">There was none until the deadline; the message ends with what was seen last.</exception>
    public static async Task<T> ForAsync<T>(string what, TimeSpan atMost, Func<Task<T?>> look, Func<Task<string>>? seen = null)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        // Soon for what takes an instant, seldom for what takes a browser or a database.
        for (var pause = FirstPauseMs; ; pause = Math.Min(2 * pause, LongestPauseMs))
        {
            if (await look() is { } found)
                return found;
            if (Stopwatch.GetElapsedTime(started) > atMost)
                throw new XunitException($"Not within {atMost.TotalSeconds:0.#} s: {what}.{(seen is null ? "" : " Seen last: " + await seen())}");
            await Task.Delay(pause);
        }
    }

    /// <summary>Looks until it holds.</summary>
    public static Task UntilAsync(string what, TimeSpan atMost, Func<Task<bool>> holds, Func<Task<string>>? seen = null) =>
        ForAsync(what, atMost, async () => await holds() ? "yes" : null, seen);

    /// <summary>Looks until it holds, for half a minute.</summary>
    public static Task UntilAsync(string what, Func<Task<bool>> isTrue, int seconds = 30) => UntilAsync(what, TimeSpan.FromSeconds(seconds), isTrue);

    /// <summary>Looks until it holds, for half a minute.</summary>
    public static Task UntilAsync(string what, Func<bool> isTrue, int seconds = 30) => UntilAsync(what, () => Task.FromResult(isTrue()), seconds);
}
