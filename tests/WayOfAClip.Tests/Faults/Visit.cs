using System.Text.Json;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>Files that come to a station in one session, by whichever way, until all of them are stored, read, shown and verified again.</summary>
/// <param name="station">Where.</param>
/// <param name="key">What its rows are found by: serial of a recorder, or the key that stands in for one.</param>
internal abstract class Visit(FaultStation station, string key)
{
    protected static readonly TimeSpan AtMost = TimeSpan.FromSeconds(150);

    private readonly List<ExpectedSighting> _files = [];

    public string Key => key;

    /// <summary>Where it is docked; null where it isn't.</summary>
    public virtual int? Slot => null;

    /// <summary>Its files are deleted on the recorder once they are stored.</summary>
    public virtual bool Releases => false;

    /// <summary>Sessions that it leaves.</summary>
    public int Sessions { get; protected set; } = 1;

    /// <summary>Files that are taken in, each with its digest.</summary>
    public IReadOnlyList<ExpectedSighting> Files => _files;

    /// <summary>Digests of the files that are taken in.</summary>
    public IReadOnlyList<byte[]> Digests => [.. _files.Select(file => Convert.FromHexString(file.Sha256))];

    /// <summary>Clips that it leaves.</summary>
    public int Clips => _files.DistinctBy(file => file.Sha256).Count();

    protected StationUnderTest Station => station.Station;

    /// <summary>Makes its files.</summary>
    public static async Task<Visit> PrepareAsync(FaultStation station, int slot, int number, FaultPhase phase) => phase switch
    {
        FaultPhase.UploadVisit => await UploadVisit.MakeAsync(station, number),
        FaultPhase.ImportVisit => await ImportVisit.MakeAsync(station, number),
        _ => await DockVisit.MakeAsync(station, slot, number, phase),
    };

    /// <summary>The whole of it.</summary>
    public abstract Task RunAsync();

    /// <summary>Every file is there once, as what it is.</summary>
    public virtual async Task AssertAsync()
    {
        var sightings = await Station.Table.SightingsAsync(key);
        Assert.Equal(
            _files.Select(file => file.ToString()).Order(StringComparer.Ordinal),
            sightings.Select(sighting => new ExpectedSighting(sighting.DisplayPath, sighting.Sha256, sighting.Parent).ToString()).Order(StringComparer.Ordinal));
    }

    protected void Add(ExpectedSighting file) => _files.Add(file);

    /// <summary>Waits until all of it has come to the end of its way, and was verified once more.</summary>
    protected async Task KnownAsync()
    {
        await Wait.UntilAsync($"all of {key} is linked", AtMost, async () => await Station.Table.LinkedAsync(Digests) == Clips, SeenAsync);
        await Station.Table.AskForVerificationAsync(Digests, TimeProvider.System.GetUtcNow());
        await Wait.UntilAsync($"all of {key} is verified", AtMost, async () => await Station.Table.VerifiedAsync(Digests) == Clips, SeenAsync);
    }

    protected Task EndedAsync() => Wait.UntilAsync($"the session of {key} has ended", AtMost, async () => await Station.Table.EndedSessionsAsync(key) == Sessions);

    protected async Task<string> SeenAsync() => JsonSerializer.Serialize(await Station.Table.SightingsAsync(key));
}

/// <summary>A file that has to be in the catalog.</summary>
internal sealed record ExpectedSighting(string Path, string Sha256, string? Parent);
