using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>A station that the tests of one class use one after the other; each takes slots of its own.</summary>
public class SharedStation : IAsyncLifetime
{
    private StationUnderTest? _station;

    public StationUnderTest Station => _station ?? throw new InvalidOperationException("Call Needs.Station first.");

    protected virtual StationSettings Settings => new();

    public async Task InitializeAsync() => _station = TestDatabase.Given ? await StationUnderTest.StartAsync(Settings) : null;

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
    }
}

/// <summary>First line of each test: skipped on a desk where something is missing, failed in CI.</summary>
internal static class Needs
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Later = TimeSpan.FromSeconds(90);

    public static void Station() => TestDatabase.Need();

    public static void StationAndBrowser()
    {
        TestDatabase.Need();
        Browser.Need();
    }

    /// <summary>For tests that change stored bytes: an S3 store lets nobody do that.</summary>
    public static void StoreFolder() => Skip.If(new StationSettings().Bucket is not null, "Changes bytes in the store's folder: skipped with YAOAN_TEST_ON_S3=1.");

    public static string RealMedia()
    {
        Skip.IfNot(Directory.Exists(Repository.Media), "The folder shared/media is missing beside the repository: real media are not part of the project.");
        return Repository.Media;
    }
}
