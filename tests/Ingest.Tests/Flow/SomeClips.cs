using System.Text;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>Clips of a few bytes that no other call gives, as far along their way as a test needs them.</summary>
internal static class SomeClips
{
    /// <summary>Behind the durable line.</summary>
    public static IntakeId Copied(this Station station, TempFolder card, int length = 5000)
    {
        var name = $"{Guid.CreateVersion7():N}.dat";
        card.Write(name, Given.Bytes(length));
        using var root = new SlotFolder(card.Path);
        var entry = root.List().Single(entry => Encoding.UTF8.GetString(entry.RawPath) == name);
        var now = station.Get<TimeProvider>().GetUtcNow();
        var result = station.Get<CopyFile>().Run(
            new FootageFile
            {
                SlotPath = card.Path,
                RawPath = entry.RawPath,
                Stat = entry.Stat,
                Session = SessionId.New(now),
                Slot = 1,
                Source = "dock",
                Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"),
                Attached = now,
            },
            _ => { },
            default);
        station.Get<IntakeBook>().Spooled(result.Manifest!);
        return result.Manifest!.Intake;
    }

    /// <summary>In the catalog.</summary>
    public static async Task<ClipId> RegisteredAsync(this Station station, TempFolder card, int length = 5000) =>
        (await station.Get<RegisterSpooled>().RunAsync(station.Copied(card, length), default)).Clip;

    /// <summary>In the store, read back.</summary>
    public static async Task<ClipId> StoredAsync(this Station station, TempFolder card, int length = 5000)
    {
        var clip = await station.RegisteredAsync(card, length);
        Assert.Equal(AdvanceOutcome.Advanced, await station.Get<ClipPipeline>().AdvanceAsync(clip, default));
        return clip;
    }
}
