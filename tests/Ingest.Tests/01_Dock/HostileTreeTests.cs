using System.Diagnostics;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

/// <summary>What a card may hold that no camera ever wrote: rows 3, 6 to 13, 19, 23 and 68 of the fault matrix, on real file systems.</summary>
public sealed class HostileTreeTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(Given.Now);
    private readonly Station _station;
    private readonly string _card;

    public HostileTreeTests()
    {
        _station = Station.Docking(_clock, ("Station:HangsAfter", "00:00:00.3"));
        _card = Directory.CreateDirectory(Path.Combine(_station.Folder, "docks", "slot-01")).FullName;
    }

    public static TheoryData<string, byte[]> Names => new()
    {
        { "GBK", [0xD6, 0xB4, 0xB7, 0xA8, .. ".mp4"u8] },
        { "neither UTF-8 nor GB18030", [0xFF, 0xFE, 0x80, .. ".mp4"u8] },
        { "a quote and a backslash", [.. "a\"b\\c'd`$(id)`;.mp4"u8] },
        { "a line feed, a tab and an escape", [.. "a\nb\tc\u001b[31md.mp4"u8] },
        { "right to left and zero width", [.. "a\u202E4pm.\u200Bexe"u8] },
        { "a dash first", [.. "-rf"u8] },
        { "a space last", [.. "a.mp4 "u8] },
        { "dots", [.. "..mp4"u8] },
        { "a home, a drive and a share", [.. "~root C:\\x \\\\host\\share"u8] },
        { "255 bytes", [.. Enumerable.Repeat((byte)'n', 255)] },
        { "255 bytes of no text", [.. Enumerable.Repeat((byte)0xFE, 255)] },
        { "a device of Windows", [.. "CON"u8] },
        { "a tag and an entity", [.. "<script>&amp;.mp4"u8] },
        { "a formula", [.. "=cmd|' !A1"u8] },
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Faults_9_to_11_any_name_is_kept_byte_by_byte_and_shown_without_a_character_that_acts(string what, byte[] name)
    {
        Media.MakeRaw(_card, name, what);
        await PollUntilAsync($"the file with {what} in its name is taken", files => files is [{ State: DockFileState.Taken }]);
        var spool = _station.Get<Spool>();
        var manifest = spool.ManifestOf(Assert.Single(spool.Whole()));
        Assert.Equal(name, manifest.RawPath);
        Assert.Equal(what, await File.ReadAllTextAsync(spool.OriginalOf(manifest.Intake)));
        Assert.DoesNotContain(manifest.DisplayPath, c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format);
        Assert.Equal(name, IntakeManifest.FromBytes(manifest.ToBytes()).RawPath);
    }

    [Fact]
    public void Invariant_19_any_name_goes_through_a_manifest_unchanged_and_leaves_one_line_of_text() =>
        Gen.Byte.Where(b => b is not 0 and not (byte)'/').Array[1, 255].Sample(
            name =>
            {
                var shown = DisplayName.Of(name);
                return !shown.Contains('\n', StringComparison.Ordinal) && !shown.Contains('\0', StringComparison.Ordinal)
                    && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shown)) == shown;
            },
            iter: 2000);

    [Fact]
    public async Task Fault_12_names_that_look_the_same_are_files_of_their_own()
    {
        foreach (var name in (string[])["A.MP4", "a.mp4", "caf\u00E9.mp4", "cafe\u0301.mp4"])
            await File.WriteAllTextAsync(Path.Combine(_card, name), name + "-bytes");
        await PollUntilAsync("all four are taken", files => files.Count == 4 && files.All(file => file.State == DockFileState.Taken));
        Assert.Equal(4, _station.Get<Spool>().Whole().Count);
        Assert.Single(_station.Warnings, line => line.Contains("4 files have names that look the same", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Faults_7_and_8_links_pipes_devices_and_lengths_beyond_the_card_are_left_out_with_their_reason_and_the_rest_is_taken()
    {
        await File.WriteAllTextAsync(Path.Combine(_card, "good.mp4"), "good");
        File.CreateSymbolicLink(Path.Combine(_card, "link.mp4"), "/etc/passwd");
        Media.Run("mkfifo", Path.Combine(_card, "pipe.mp4"));
        var wanted = new Dictionary<string, string> { ["link.mp4"] = SkipReasons.Link, ["pipe.mp4"] = SkipReasons.Special };
        if (TryRun("mknod", Path.Combine(_card, "disk.mp4"), "b", "7", "0"))
            wanted["disk.mp4"] = SkipReasons.Special;
        if (TryRun("truncate", "-s", "15T", Path.Combine(_card, "giant.mp4")))
            wanted["giant.mp4"] = SkipReasons.Sparse;
        await PollUntilAsync("the good one is taken", files => files.Any(file => file.State == DockFileState.Taken) && files.Count(file => file.State == DockFileState.Skipped) == wanted.Count);
        Assert.Equal(wanted, FilesOf(Slot(0).Session!).Where(file => file.State == DockFileState.Skipped).ToDictionary(file => file.DisplayPath, file => file.Reason!));
        Assert.Equal(wanted, _station.Get<JournalTable>().Skipped(Slot(0).Session!.Record.Session).ToDictionary(row => row.DisplayPath, row => row.Reason));
    }

    [SkippableFact]
    public async Task Fault_13_a_folder_that_contains_itself_is_named_and_what_lies_beside_it_is_taken()
    {
        Directory.CreateDirectory(Path.Combine(_card, "DCIM", "loop"));
        await File.WriteAllTextAsync(Path.Combine(_card, "DCIM", "good.mp4"), "good");
        var loop = Path.Combine(_card, "DCIM", "loop");
        Skip.IfNot(TryRun("mount", "--bind", _card, loop), "Mounting takes root; run as root to see this one.");
        try
        {
            await PollUntilAsync("the good one is taken", files => files.Any(file => file.State == DockFileState.Taken));
            var left = Assert.Single(FilesOf(Slot(0).Session!), file => file.State == DockFileState.Failed);
            Assert.Equal(("DCIM/loop", FailReasons.Loop), (left.DisplayPath, left.Reason));
            Assert.Equal(("trouble", FailReasons.Loop, false), (Tile(0).State, Tile(0).Cause!.Code, Tile(0).MayTake));
        }
        finally
        {
            Assert.True(TryRun("umount", loop));
        }
        await PollUntilAsync("the slot is well again", files => files.All(file => file.State == DockFileState.Taken));
    }

    [SkippableFact]
    public async Task Fault_13_a_folder_that_a_broken_file_system_can_not_give_is_on_the_list_and_the_rest_is_taken()
    {
        using var made = new TempFolder();
        var (image, point) = (made.At("card.img"), Directory.CreateDirectory(made.At("card")).FullName);
        Skip.IfNot(TryRun("truncate", "-s", "8M", image) && TryRun("mkfs.ext4", "-q", "-O", "^has_journal,^metadata_csum", image) && TryRun("mount", "-o", "loop", image, point), "Mounting takes root.");
        Directory.CreateDirectory(Path.Combine(point, "DCIM"));
        Directory.CreateDirectory(Path.Combine(point, "lost"));
        await File.WriteAllTextAsync(Path.Combine(point, "DCIM", "good.mp4"), "good");
        await File.WriteAllTextAsync(Path.Combine(point, "lost", "gone.mp4"), "gone");
        Assert.True(TryRun("umount", point));
        // The folder's own inode is wiped, as a card that lost a block has it.
        Assert.True(TryRun("debugfs", "-w", "-R", "clri lost", image));
        Assert.True(TryRun("mount", "-o", "loop,ro", image, point) && TryRun("mount", "--bind", point, _card));
        try
        {
            await PollUntilAsync("the good one is taken", files => files.Any(file => file.State == DockFileState.Taken));
            var left = FilesOf(Slot(0).Session!).Single(file => file.DisplayPath == "lost");
            Assert.Equal((DockFileState.Failed, FailReasons.ReadError), (left.State, left.Reason));
            Assert.Equal("trouble", Tile(0).State);
        }
        finally
        {
            Assert.True(TryRun("umount", _card) && TryRun("umount", point));
        }
    }

    [Fact]
    public async Task Fault_13_a_listing_without_end_is_cut_off_says_so_and_takes_what_was_read()
    {
        for (var i = 0; i < 12; i++)
            await File.WriteAllTextAsync(Path.Combine(_card, $"{i:00}.mp4"), $"{i}");
        using var root = new SlotFolder(_card, maxEntries: 10);
        var (entries, broken) = root.List();
        Assert.Equal((10, "More than 10 entries."), (entries.Count, broken));
    }

    [Fact]
    public async Task Faults_13_and_19_a_slot_that_gives_no_answer_turns_red_and_the_others_go_on()
    {
        using var answer = new ManualResetEventSlim();
        var slots = _station.Get<DockStation>().Slots;
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(_station.Folder, "docks", "slot-02")).FullName, "a.mp4"), "good");
        var hanging = Task.Factory.StartNew(() => slots[0].Watch.Await(() => answer.Wait(TimeSpan.FromSeconds(60))), TaskCreationOptions.LongRunning);
        await Wait.UntilAsync("slot 1 is red", () => Tile(0).State == "trouble");
        Assert.Equal((FailReasons.Hangs, false), (Tile(0).Cause!.Code, Tile(0).MayTake));
        var other = _station.Get<SlotWatcherFactory>().Create(slots[1], "dock");
        await Wait.UntilAsync("the other slot's file is taken", () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            other.Poll(default);
            return slots[1].Session is { } session && FilesOf(session).Any(file => file.State == DockFileState.Taken);
        });
        answer.Set();
        Assert.True(await hanging);
        Assert.Equal("empty", Tile(0).State);
    }

    [Fact]
    public async Task Fault_19_a_copy_whose_recorder_hangs_gives_its_turn_to_others()
    {
        await using var one = Station.Docking(_clock, ("Copy:Parallel", "1"));
        using var turn = await one.Get<CopyGate>().EnterAsync(default);
        var next = one.Get<CopyGate>().EnterAsync(default);
        Assert.False(next.IsCompleted);
        turn.Dispose();
        turn.Dispose(); // as the end of the copy does, later
        using (await next)
            Assert.False(one.Get<CopyGate>().EnterAsync(default).IsCompleted);
    }

    [Fact]
    public void Fault_23_twenty_thousand_photos_are_listed_and_shown_in_moments()
    {
        for (var folder = 0; folder < 20; folder++)
        {
            var path = Directory.CreateDirectory(Path.Combine(_card, "DCIM", $"{folder:000}MEDIA")).FullName;
            for (var photo = 0; photo < 1000; photo++)
                File.WriteAllBytes(Path.Combine(path, $"IMG_{photo:0000}.JPG"), [1]);
        }
        var watcher = _station.Get<SlotWatcherFactory>().Create(Slot(0), "dock");
        var started = Stopwatch.GetTimestamp();
        watcher.Poll(default);
        var listed = Stopwatch.GetElapsedTime(started);
        Assert.Equal(20_000, Tile(0).Files.Listed);
        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 10; i++)
            _ = _station.Get<Board>().Snapshot();
        var shown = Stopwatch.GetElapsedTime(started) / 10;
        // Far from what either takes, whatever else the machine has to do.
        Assert.True(listed < TimeSpan.FromSeconds(30) && shown < TimeSpan.FromSeconds(1), $"{listed.TotalSeconds} s to list, {shown.TotalMilliseconds} ms to show");
    }

    [Fact]
    public async Task Fault_68_what_goes_away_with_its_recorder_is_noted_with_its_reason()
    {
        await File.WriteAllTextAsync(Path.Combine(_card, "a.mp4"), "a");
        var watcher = _station.Get<SlotWatcherFactory>().Create(Slot(0), "dock");
        watcher.Poll(default);
        var session = Slot(0).Session!.Record.Session;
        File.Delete(Path.Combine(_card, "a.mp4"));
        watcher.Poll(default);
        watcher.Poll(default);
        Assert.Equal(("a.mp4", SkipReasons.Undocked), _station.Get<JournalTable>().Skipped(session).Select(row => (row.DisplayPath, row.Reason)).Single());
    }

    private DockSlot Slot(int at) => _station.Get<DockStation>().Slots[at];

    private BoardSlot Tile(int at) => _station.Get<Board>().Snapshot().Slots[at];

    private async Task PollUntilAsync(string what, Func<List<DockFile>, bool> isTrue)
    {
        var watcher = _station.Get<SlotWatcherFactory>().Create(Slot(0), "dock");
        await Wait.UntilAsync(what, () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            watcher.Poll(default);
            return Slot(0).Session is { } session && isTrue(FilesOf(session));
        });
    }

    private static List<DockFile> FilesOf(DockSession session)
    {
        lock (session.Gate)
            return [.. session.Files];
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
