using Xunit;

namespace YaoAn.Tests.Support;

/// <summary>Waits for something to come true, never for a fixed time.</summary>
public static class Wait
{
    /// <summary>Asks again and again until it is true; the test fails with <paramref name="what"/> after half a minute.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> isTrue, int seconds = 30)
    {
        var deadline = Environment.TickCount64 + (seconds * 1000L);
        while (!await isTrue())
        {
            Assert.True(Environment.TickCount64 < deadline, $"Not within {seconds} s: {what}");
            await Task.Delay(10);
        }
    }

    /// <summary>Asks again and again until it is true; the test fails with <paramref name="what"/> after half a minute.</summary>
    public static Task UntilAsync(string what, Func<bool> isTrue, int seconds = 30) => UntilAsync(what, () => Task.FromResult(isTrue()), seconds);
}
