using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>
/// One recorder that is docked until all of it is stored, read, shown and verified again, and then taken out. It holds a film, its positions beside
/// it, the same film under another name, a record of its own and an empty file; a large one, a file that is copied by several threads.
/// </summary>
internal sealed class Visit
{
    private const long LargeBytes = 65L << 20;
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(150);

    private readonly FaultStation _station;
    private readonly string _card;
    private readonly List<ExpectedSighting> _files = [];

    private Visit(FaultStation station, int slot, int number)
    {
        (_station, Slot) = (station, slot);
        Serial = string.Create(CultureInfo.InvariantCulture, $"F{number:000000}");
        _card = Path.Combine(station.Station.Data, "run", "card-" + Serial);
    }

    public int Slot { get; }

    /// <summary>Serial of its recorder, by which its rows are found.</summary>
    public string Serial { get; }

    /// <summary>Files that are taken in, each with its digest.</summary>
    public IReadOnlyList<ExpectedSighting> Files => _files;

    /// <summary>Digests of the files that are taken in.</summary>
    public IReadOnlyList<byte[]> Digests => [.. _files.Select(file => Convert.FromHexString(file.Sha256))];

    /// <summary>Clips that it leaves.</summary>
    public int Clips => _files.DistinctBy(file => file.Sha256).Count();

    public static async Task<Visit> PrepareAsync(FaultStation station, int slot, int number, bool isLarge)
    {
        var visit = new Visit(station, slot, number);
        var film = $"DSJ_{visit.Serial}_123456_20261124080000_0001";
        visit.Add(film + ".mp4", await Footage.WriteSmallAsync(visit.PathOf(film + ".mp4")));
        if (isLarge)
        {
            await Footage.WriteNoiseAsync(visit.PathOf("large.bin"), LargeBytes);
            visit.Add("large.bin", Convert.FromHexString(await Footage.DigestAsync(visit.PathOf("large.bin"))));
            return visit;
        }
        await File.WriteAllTextAsync(visit.PathOf(film + ".nmea"), Positions(number));
        visit.Add(film + ".nmea", Convert.FromHexString(await Footage.DigestAsync(visit.PathOf(film + ".nmea"))), film + ".mp4");
        var again = $"DSJ_{visit.Serial}_123456_20261124090000_0002.mp4";
        File.Copy(visit.PathOf(film + ".mp4"), visit.PathOf(again));
        visit.Add(again, Convert.FromHexString(visit._files[0].Sha256));
        visit.Add("record.dat", await Footage.WriteRecordAsync(visit.PathOf("record.dat")));
        await File.WriteAllBytesAsync(visit.PathOf("empty.dat"), []);
        return visit;
    }

    /// <summary>The whole of it.</summary>
    public async Task RunAsync()
    {
        var station = _station.Station;
        var dock = Path.Combine(station.Slot(Slot), "DCIM");
        // At once, as when a card is mounted.
        Directory.Move(_card, dock);
        await GreenAsync();
        await Wait.UntilAsync($"all of {Serial} is linked", s_atMost, async () => await station.Table.LinkedAsync(Digests) == Clips, SeenAsync);
        await station.Table.AskForVerificationAsync(Digests, TimeProvider.System.GetUtcNow());
        await Wait.UntilAsync($"all of {Serial} is verified", s_atMost, async () => await station.Table.VerifiedAsync(Digests) == Clips, SeenAsync);
        // After a restart its files are listed anew: whoever waits for green has nothing to answer for.
        await GreenAsync();
        Directory.Move(dock, _card);
        await station.SlotAsync(Slot, "is empty", s_atMost, tile => tile.State == "empty");
        await Wait.UntilAsync($"the session of {Serial} has ended", s_atMost, async () => await station.Table.EndedSessionsAsync(Serial) == 1);
        Directory.Delete(_card, recursive: true);
    }

    private Task<SlotState> GreenAsync() => _station.Station.SlotAsync(
        Slot, $"is green with {_files.Count} files", s_atMost, tile => tile.State == "ready" && tile.Files.Listed == _files.Count);

    /// <summary>Every file is there once, as what it is.</summary>
    public async Task AssertAsync()
    {
        var sightings = await _station.Station.Table.SightingsAsync(Serial);
        Assert.Equal(
            _files.Select(file => file.ToString()).Order(StringComparer.Ordinal),
            sightings.Select(sighting => new ExpectedSighting(sighting.DisplayPath, sighting.Sha256, sighting.Parent).ToString()).Order(StringComparer.Ordinal));
    }

    private async Task<string> SeenAsync() => JsonSerializer.Serialize(await _station.Station.Table.SightingsAsync(Serial));

    private void Add(string name, byte[] digest, string? parent = null) =>
        _files.Add(new ExpectedSighting("DCIM/" + name, Convert.ToHexStringLower(digest), parent is null ? null : "DCIM/" + parent));

    private string PathOf(string name) => Path.Combine(_card, name);

    /// <summary>Ten seconds of NMEA 0183 of a place of its own, so that its bytes are too.</summary>
    private static string Positions(int number)
    {
        var text = new StringBuilder();
        for (var second = 0; second < 10; second++)
        {
            var body = string.Create(CultureInfo.InvariantCulture, $"GNRMC,0000{second:00}.000,A,25{number / 1000 % 60:00}.{number % 1000:000}{second},N,10114.0000,E,1.00,45.0,241126,,,A");
            text.Append(CultureInfo.InvariantCulture, $"${body}*{body.Aggregate(0, (all, letter) => all ^ letter):X2}\r\n");
        }
        return text.ToString();
    }
}

/// <summary>A file that has to be in the catalog.</summary>
internal sealed record ExpectedSighting(string Path, string Sha256, string? Parent);
