using System.Diagnostics;
using System.Globalization;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>Small recordings over eight slots at once, from appearing in the slots to the last green tile; the quiet period is in it.</summary>
internal static class Docking
{
    public const int Slots = 8;
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(10);

    public static async Task<bool> RunAsync(Scale scale)
    {
        var aSlot = scale.Count(200, atLeast: Slots) / Slots;
        await using var station = await StationUnderTest.StartAsync(new() { Quick = false, WithPages = false, Slots = Slots });
        var (took, _) = await DockAsync(station, aSlot);
        var (files, clips) = (Slots * aSlot, await station.Table.ClipsAsync());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"   {files} files: {took.TotalSeconds:0.0} s to all green ({files / took.TotalSeconds:0.0} files/s), load {Machine.Load()}"));
        if (clips.Count(clip => clip is { IsStored: true, ReadBackMatches: 1 }) == files && await station.Table.ProvenanceAsync() == files)
            return true;
        Console.WriteLine($"   FAILED: {files} files were dropped, {clips.Count(clip => clip.IsStored)} clips are stored");
        return false;
    }

    /// <summary>Puts new recordings into all slots at once; the time until the last tile is green, and their digests.</summary>
    public static async Task<(TimeSpan Took, IReadOnlyCollection<byte[]> Digests)> DockAsync(StationUnderTest station, int aSlot)
    {
        var digests = new List<byte[]>();
        for (var slot = 1; slot <= Slots; slot++)
        {
            for (var file = 0; file < aSlot; file++)
                digests.Add(await Footage.WriteSmallAsync(Path.Combine(station.Data, "run", $"card-{slot}", $"DSJ_TEST{slot:000}_123456_20261124{file:00}0000_{file:0000}.mp4")));
        }
        for (var slot = 1; slot <= Slots; slot++)
            Directory.Move(Path.Combine(station.Data, "run", $"card-{slot}"), Path.Combine(station.Slot(slot), "DCIM"));
        var started = Stopwatch.GetTimestamp();
        for (var slot = 1; slot <= Slots; slot++)
            await station.GreenAsync(slot, aSlot, s_deadline);
        return (Stopwatch.GetElapsedTime(started), digests);
    }
}
