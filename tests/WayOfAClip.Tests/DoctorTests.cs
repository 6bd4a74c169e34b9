using Xunit;
using YaoAn.Tests.Station;

namespace YaoAn.WayOfAClip.Tests;

/// <summary><c>ingest doctor</c> on a station that works, and with one thing broken after the other.</summary>
public sealed class DoctorTests
{
    [SkippableFact]
    public async Task Doctor_tries_everything_and_names_what_is_broken_with_what_to_do()
    {
        Needs.Station();
        await using var station = await StationUnderTest.StartAsync(new StationSettings { WithPages = false, WithIngest = false, Slots = 2, Bucket = null });
        await station.TellAsync(async () =>
        {
            foreach (var path in Directory.GetFiles(Path.Combine(station.Data, "keys")))
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(Path.Combine(station.Data, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var (exit, output) = await station.VerbAsync("doctor");
            Assert.True(exit == 0, output);
            foreach (var seen in (string[])["ok   data folder: ", " GB above the spool's reserve", "ok   keys", "ok   store: ", "ok   database: PostgreSQL ", "ok   media sandbox", "ok   key files: ", "--   store lock: advisory", "ok   ffmpeg: ", "ok   ffprobe: ", " clock: ", "ok   slots: 2 folders, 0 mounts"])
                Assert.Contains(seen, output, StringComparison.Ordinal);

            File.SetUnixFileMode(Path.Combine(station.Data, "keys", "bureau.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Directory.Delete(station.Slot(2));
            await File.WriteAllTextAsync(station.Slot(2), "no folder");
            await station.Postgres.CutAsync();
            (exit, output) = await station.VerbAsync("doctor");
            station.Postgres.Open();
            Assert.True(exit == 3, output);
            foreach (var fault in (string[])["FAIL key files: ", "bureau.key: chmod go= ", "FAIL slots: slot 2 ", "FAIL database: ", "ok   store: "])
                Assert.Contains(fault, output, StringComparison.Ordinal);

            await File.WriteAllTextAsync(Path.Combine(station.Data, "keys", "internal.key"), "no key");
            (exit, output) = await station.VerbAsync("doctor");
            Assert.True(exit == 3, output);
            Assert.Contains("FAIL settings: The key file ", output, StringComparison.Ordinal);
        });
    }
}
