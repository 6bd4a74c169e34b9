using System.Text;
using Xunit;
using YaoAn.Catalog;

namespace YaoAn.Ingest.Tests;

/// <summary>A clip as 01 to 03 leave it, by their own code.</summary>
internal static class GivenClip
{
    /// <summary>Behind the durable line.</summary>
    public static IntakeId Copied(Station station, string card, string name, IntakeId? sidecarOf = null)
    {
        var now = station.Get<TimeProvider>().GetUtcNow();
        using var root = new SlotFolder(card);
        var entry = root.List().Entries.Single(entry => entry.RawPath.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(name)));
        var result = station.Get<CopyFile>().Run(
            new FootageFile
            {
                SlotPath = card,
                RawPath = entry.RawPath,
                Stat = entry.Stat,
                Session = SessionId.New(now),
                Slot = 1,
                Source = "dock",
                Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"),
                Attached = now,
                Name = station.Get<RecorderProfiles>().Match(name),
                SidecarOf = sidecarOf,
            },
            _ => { },
            new SourceWatch(),
            default);
        Assert.Equal(CopyOutcome.Copied, result.Outcome);
        station.Get<IntakeBook>().Spooled(result.Manifest!);
        return result.Manifest!.Intake;
    }

    /// <summary>In the catalog.</summary>
    public static async Task<(ClipId Clip, IntakeId Intake)> RegisteredAsync(Station station, string card, string name)
    {
        var intake = Copied(station, card, name);
        var registration = await station.Get<RegisterSpooled>().RunAsync(intake, default);
        Assert.Equal(RegisterOutcome.NewClip, registration.Outcome);
        return (registration.Clip, intake);
    }
}
