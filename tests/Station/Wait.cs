using System.Diagnostics;
using Xunit.Sdk;

namespace YaoAn.Tests.Station;

/// <summary>Waiting for something to become true, with a deadline; no test sleeps for a time that somebody guessed.</summary>
public static class Wait
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks until there is a value that isn't null.</summary>
    /// <exception cref="XunitException">There was none until the deadline; the message ends with what was seen last.</exception>
    public static async Task<T> ForAsync<T>(string what, TimeSpan atMost, Func<Task<T?>> look, Func<Task<string>>? seen = null)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
                return found;
            if (Stopwatch.GetElapsedTime(started) > atMost)
                throw new XunitException($"Not within {atMost.TotalSeconds:0.#} s: {what}.{(seen is null ? "" : " Seen last: " + await seen())}");
            await Task.Delay(s_look);
        }
    }

    /// <summary>Looks until it holds.</summary>
    public static Task UntilAsync(string what, TimeSpan atMost, Func<Task<bool>> holds, Func<Task<string>>? seen = null) =>
        ForAsync(what, atMost, async () => await holds() ? "yes" : null, seen);
}
