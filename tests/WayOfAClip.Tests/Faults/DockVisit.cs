using System.Globalization;
using System.Text;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>
/// One recorder that is docked until all of it is stored, read, shown and verified again, and then taken out. It holds a film, its positions beside
/// it, the same film under another name, a record of its own and an empty file; a large one, a file whose copy is followed while it goes on.
/// </summary>
internal sealed class DockVisit : Visit
{
    private const long LargeBytes = 65L << 20;

    private readonly string _card;

    private DockVisit(FaultStation station, int slot, int number, bool releases)
        : base(station, string.Create(CultureInfo.InvariantCulture, $"F{number:000000}"))
    {
        (Slot, Releases) = (slot, releases);
        _card = Path.Combine(station.Station.Data, "run", "card-" + Key);
    }

    public override int? Slot { get; }

    /// <inheritdoc/>
    public override bool Releases { get; }

    public static async Task<DockVisit> MakeAsync(FaultStation station, int slot, int number, FaultPhase phase)
    {
        var visit = new DockVisit(station, slot, number, phase == FaultPhase.ReleaseVisit);
        if (visit.Releases)
            await station.Station.Table.AddReleasingRecorderAsync(visit.Key);
        var film = $"DSJ_{visit.Key}_123456_20261124080000_0001";
        visit.Add(film + ".mp4", await Footage.WriteSmallAsync(visit.PathOf(film + ".mp4")));
        if (phase == FaultPhase.LargeVisit)
        {
            await Footage.WriteNoiseAsync(visit.PathOf("large.bin"), LargeBytes);
            visit.Add("large.bin", Convert.FromHexString(await Footage.DigestAsync(visit.PathOf("large.bin"))));
            return visit;
        }
        await File.WriteAllTextAsync(visit.PathOf(film + ".nmea"), Positions(number));
        visit.Add(film + ".nmea", Convert.FromHexString(await Footage.DigestAsync(visit.PathOf(film + ".nmea"))), film + ".mp4");
        var again = $"DSJ_{visit.Key}_123456_20261124090000_0002.mp4";
        File.Copy(visit.PathOf(film + ".mp4"), visit.PathOf(again));
        visit.Add(again, Convert.FromHexString(visit.Files[0].Sha256));
        visit.Add("record.dat", await Footage.WriteRecordAsync(visit.PathOf("record.dat")));
        await File.WriteAllBytesAsync(visit.PathOf("empty.dat"), []);
        return visit;
    }

    /// <inheritdoc/>
    public override async Task RunAsync()
    {
        var dock = Path.Combine(Station.Slot(Slot!.Value), "DCIM");
        // At once, as when a card is mounted.
        Directory.Move(_card, dock);
        await (Releases ? GoneAsync(dock) : (Task)GreenAsync());
        await KnownAsync();
        // After a restart its files are listed anew: whoever waits for green has nothing to answer for.
        await (Releases ? GoneAsync(dock) : (Task)GreenAsync());
        Directory.Move(dock, _card);
        await EmptyAsync();
        await EndedAsync();
        Directory.Delete(_card, recursive: true);
    }

    private Task<SlotState> EmptyAsync() => Station.SlotAsync(Slot!.Value, "is empty", AtMost, tile => tile.State == "empty");

    /// <summary>A file that was deleted before a restart isn't listed by it.</summary>
    private Task<SlotState> GreenAsync() => Station.SlotAsync(
        Slot!.Value, $"is green with {Files.Count} files", AtMost, tile => tile.State == "ready" && (Releases || tile.Files.Listed == Files.Count));

    /// <summary>All that is stored is gone from the recorder, and that is written down; what is no footage lies there still. A refusal is made up for by the next docking.</summary>
    private async Task GoneAsync(string dock)
    {
        while (true)
        {
            var refused = false;
            await Wait.UntilAsync($"all of {Key} is gone from the recorder, or one was refused", AtMost, async () =>
            {
                var (outcomes, events) = (await Station.Table.ReleasesAsync(Key), await Station.Table.ReleaseEventsAsync(Key));
                refused = outcomes.Contains("open") && events.Any(kind => kind.Kind == "release.failed") && Sessions == 1;
                return refused || (outcomes.Count == Files.Count && !outcomes.Contains("open"));
            }, SeenAsync);
            if (!refused)
                break;
            Sessions++;
            Directory.Move(dock, _card);
            await EmptyAsync();
            Directory.Move(_card, dock);
        }
        Assert.Equal(Files.Count > 2 ? ["empty.dat"] : [], Directory.GetFiles(dock).Select(Path.GetFileName));
        await GreenAsync();
    }

    /// <inheritdoc/>
    public override async Task AssertAsync()
    {
        await base.AssertAsync();
        var outcomes = await Station.Table.ReleasesAsync(Key);
        var events = (await Station.Table.ReleaseEventsAsync(Key)).ToDictionary(kind => kind.Kind, kind => kind.Count);
        Assert.Equal(Releases ? Files.Count : 0, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.True(outcome is "deleted" or "recovered", outcome));
        Assert.Equal(
            (outcomes.Count, outcomes.Count(outcome => outcome == "deleted"), outcomes.Count(outcome => outcome == "recovered")),
            ((int)events.GetValueOrDefault("release.intended"), (int)events.GetValueOrDefault("release.done"), (int)events.GetValueOrDefault("release.recovered")));
    }

    private void Add(string name, byte[] digest, string? parent = null) => Add(new ExpectedSighting("DCIM/" + name, Convert.ToHexStringLower(digest), parent is null ? null : "DCIM/" + parent));

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
