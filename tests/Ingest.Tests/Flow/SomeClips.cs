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
        return GivenClip.Copied(station, card.Path, name);
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
