using System.Diagnostics;
using System.Text.Json;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>One client that asks for an address, one request after the other, each answer read to its end and looked at.</summary>
internal static class Answers
{
    private const int Requests = 200, WarmUps = 10;

    /// <summary>Signed in by the page; its cookies then go with plain requests, so that no browser is in the times.</summary>
    public static async Task<HttpClient> ClientAsync(StationUnderTest station, string account)
    {
        await using var profile = await Browser.SignedInAsync(station.Pages, account, StationUnderTest.Password);
        var cookies = (await profile.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}");
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = station.Pages };
        client.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies));
        return client;
    }

    /// <summary>Asks for one address and prints the times.</summary>
    /// <param name="fault">What is wrong with an answer's text; null where it is right.</param>
    /// <returns>False where an answer was wrong or, at full size, slower than it may be.</returns>
    public static async Task<bool> MeasureAsync(HttpClient client, string path, Func<string, string?> fault, Scale scale, double limitMilliseconds)
    {
        var milliseconds = new List<double>();
        for (var request = -scale.Count(WarmUps, atLeast: 1); request < scale.Count(Requests, atLeast: 2); request++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(path);
            var text = await answer.Content.ReadAsStringAsync();
            if (request >= 0)
                milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if ((answer.IsSuccessStatusCode ? fault(text) : $"status {(int)answer.StatusCode}") is { } wrong)
            {
                Console.WriteLine($"   FAILED: {path}: {wrong}");
                return false;
            }
        }
        var isGood = !scale.IsFull || Numbers.At(milliseconds, 0.95) <= limitMilliseconds;
        Console.WriteLine(
            $"   {Uri.UnescapeDataString(path)}: {Numbers.Percentiles(milliseconds, "ms")}, load {Machine.Load()}{(isGood ? "" : $"; FAILED: p95 is over {limitMilliseconds} ms")}");
        return isGood;
    }

    public static Func<string, string?> Array(string name, int wanted) => json => Length(JsonDocument.Parse(json).RootElement.GetProperty(name), wanted);

    public static Func<string, string?> Rows(int wanted) => json => Length(JsonDocument.Parse(json).RootElement, wanted);

    public static Func<string, string?> Holds(string text) => page => page.Contains(text, StringComparison.Ordinal) ? null : $"no {text} in it";

    private static string? Length(JsonElement array, int wanted) => array.GetArrayLength() == wanted ? null : $"{array.GetArrayLength()} rows, wanted {wanted}";
}
