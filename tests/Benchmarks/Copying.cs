using System.Diagnostics;
using System.Globalization;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>
/// 02 at full speed against what the disk gives: the same files by <c>cp</c> and an fsync of each, in the same run. The time of 02 goes from the
/// first file begun to the last one behind the durable line, so it is without the quiet period; reading the spooled copy again is in it.
/// </summary>
internal static class Copying
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(10);

    public static async Task<bool> RunAsync(Scale scale)
    {
        await using var station = await StationUnderTest.StartAsync(new() { Quick = false, WithPages = false, Slots = 2 });
        var many = await OneAsync(station, slot: 1, scale.Count(50, atLeast: 5), scale.Bytes(20 << 20));
        await station.UndockAsync(1);
        return await OneAsync(station, slot: 2, 1, scale.Bytes(1L << 30)) && many;
    }

    private static async Task<bool> OneAsync(StationUnderTest station, int slot, int files, long bytes)
    {
        var card = Directory.CreateDirectory(Path.Combine(station.Data, "run", $"card-{slot}")).FullName;
        var plainly = Directory.CreateDirectory(Path.Combine(station.Data, "run", $"plain-{slot}")).FullName;
        for (var file = 0; file < files; file++)
            await Footage.WriteNoiseAsync(Path.Combine(card, $"noise-{file:000}.bin"), bytes);
        await ShellAsync("sync", "sync");
        var plain = await ShellAsync("cp and fsync", $"for f in '{card}'/*; do cp \"$f\" '{plainly}/' && sync \"{plainly}/$(basename \"$f\")\"; done");
        Directory.Delete(plainly, recursive: true);

        Directory.Move(card, Path.Combine(station.Slot(slot), "DCIM"));
        await station.GreenAsync(slot, files, s_deadline);
        var intakes = await station.Table.IntakesAsync(slot);
        var taken = intakes.Max(intake => intake.Spooled) - intakes.Min(intake => intake.Begun);
        var total = files * bytes;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"   {files} x {bytes / (double)(1 << 20):0.#} MiB: {taken.TotalSeconds:0.00} s ({Numbers.Rate(total, taken)}) to the durable line; cp and fsync {plain.TotalSeconds:0.00} s ({Numbers.Rate(total, plain)}); ratio {taken / plain:0.00}; load {Machine.Load()}"));
        var stored = (await station.Table.ClipsAsync()).Count(clip => clip.IsStored && clip.SizeBytes == bytes);
        if (intakes.Count == files && stored == files)
            return true;
        Console.WriteLine($"   FAILED: {files} files were dropped, {intakes.Count} taken in, {stored} stored");
        return false;
    }

    private static async Task<TimeSpan> ShellAsync(string what, string command)
    {
        var started = Stopwatch.GetTimestamp();
        using var shell = Process.Start("sh", ["-ec", command]);
        await shell.WaitForExitAsync();
        return shell.ExitCode == 0 ? Stopwatch.GetElapsedTime(started) : throw new IOException($"{what} failed with {shell.ExitCode}");
    }
}
