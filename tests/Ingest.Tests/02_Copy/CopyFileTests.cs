using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Copy;

public sealed class CopyFileTests : IAsyncLifetime
{
    private readonly TempFolder _card = new();
    private readonly Station _station = Station.Docking(new FakeTimeProvider(Given.Now));

    private Spool Spool => _station.Get<Spool>();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _station.DisposeAsync();
        _card.Dispose();
    }

    [Fact]
    public void A_copied_file_lies_in_the_spool_with_its_manifest_and_the_card_is_as_it_was()
    {
        var bytes = Given.Bytes(1_300_000);
        var path = _card.Write("DCIM/现场.mp4", bytes);
        var told = new List<long>();
        var footage = Footage("DCIM/现场.mp4") with { SidecarOf = IntakeId.New(Given.Now) };
        var result = Run(footage, told.Add);
        Assert.Equal(CopyOutcome.Copied, result.Outcome);
        var manifest = result.Manifest!;
        Assert.Equal(bytes, File.ReadAllBytes(Spool.OriginalOf(manifest.Intake)));
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Equal((Given.Sha256(bytes), 1_300_000L, Given.Sha256(bytes.AsSpan(0, 64 << 10))), (manifest.Sha256, manifest.Size, manifest.Head));
        Assert.Equal(("DCIM/现场.mp4", footage.SidecarOf, footage.Recorder, footage.Stat.Modified, "station-1", Given.Now), (
            manifest.DisplayPath, manifest.SidecarOf, manifest.Recorder, manifest.Modified, manifest.Station, manifest.Spooled));
        Assert.Equal(bytes.Length, told[^1]);
        Assert.Equal(manifest.ToBytes(), Spool.ManifestOf(manifest.Intake).ToBytes());
        Assert.Equal(["intake.json", "original"], Directory.GetFiles(Path.GetDirectoryName(Spool.OriginalOf(manifest.Intake))!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_name_that_is_no_text_is_copied_like_any_other()
    {
        byte[] name = [0xD6, 0xB4, 0xFF, (byte)'\n', (byte)'.', (byte)'m'];
        Media.MakeRaw(_card.Path, name, "raw");
        var result = Run(Footage(name));
        Assert.Equal((CopyOutcome.Copied, "raw"), (result.Outcome, File.ReadAllText(Spool.OriginalOf(result.Manifest!.Intake))));
        Assert.Equal(name, Spool.ManifestOf(result.Manifest.Intake).RawPath);
    }

    [Fact]
    public void What_was_taken_in_before_is_recognised_by_its_head_and_not_copied_again()
    {
        _card.Write("a.mp4", Given.Bytes(100_000));
        var first = Run(Footage("a.mp4"));
        _station.Get<JournalTable>().WriteSpooled(first.Manifest!);
        var again = Run(Footage("a.mp4"));
        Assert.Equal((CopyOutcome.AlreadyHere, first.Manifest!.Intake), (again.Outcome, again.Known!.Value));
        Assert.Single(Intakes());
    }

    [Fact]
    public void The_same_name_with_other_bytes_is_another_file_even_with_the_same_time_and_size()
    {
        File.SetLastWriteTimeUtc(_card.Write("a.mp4", Given.Bytes(1000)), Given.Now.UtcDateTime);
        _station.Get<JournalTable>().WriteSpooled(Run(Footage("a.mp4")).Manifest!);
        File.SetLastWriteTimeUtc(_card.Write("a.mp4", Given.Bytes(1000)), Given.Now.UtcDateTime);
        Assert.Equal(CopyOutcome.Copied, Run(Footage("a.mp4")).Outcome);
        Assert.Equal(2, Intakes().Count);
    }

    [Fact]
    public void A_file_that_grows_while_it_is_read_is_not_taken()
    {
        var path = _card.Write("a.mp4", Given.Bytes(2_000_000));
        var isFirst = true;
        var result = Run(Footage("a.mp4"), _ =>
        {
            if (isFirst)
                File.AppendAllText(path, "more");
            isFirst = false;
        });
        Assert.Equal(CopyOutcome.SourceChanged, result.Outcome);
        Assert.Empty(Intakes());
    }

    [Fact]
    public void A_file_whose_time_moves_while_it_is_read_is_not_taken()
    {
        var path = _card.Write("a.mp4", Given.Bytes(2_000_000));
        Assert.Equal(CopyOutcome.SourceChanged, Run(Footage("a.mp4"), _ => File.SetLastWriteTimeUtc(path, Given.Now.UtcDateTime)).Outcome);
        Assert.Empty(Intakes());
    }

    [Fact]
    public void A_file_that_is_no_longer_as_it_was_listed_is_not_read()
    {
        _card.Write("a.mp4", Given.Bytes(100));
        var footage = Footage("a.mp4");
        _card.Write("a.mp4", Given.Bytes(200));
        Assert.Equal(CopyOutcome.SourceChanged, Run(footage, _ => Assert.Fail("it was read")).Outcome);
    }

    [Fact]
    public void A_file_or_a_card_that_is_gone_is_gone()
    {
        _card.Write("DCIM/a.mp4", Given.Bytes(100));
        var footage = Footage("DCIM/a.mp4");
        File.Delete(_card.At("DCIM/a.mp4"));
        Assert.Equal(CopyOutcome.SourceGone, Run(footage).Outcome);
        Directory.Delete(_card.At("DCIM"));
        Assert.Equal(CopyOutcome.SourceGone, Run(footage).Outcome);
        Assert.Equal(CopyOutcome.SourceGone, Run(footage with { SlotPath = _card.At("none") }).Outcome);
        Assert.Empty(Intakes());
    }

    [Fact]
    public void A_file_that_was_swapped_for_a_link_is_not_read()
    {
        _card.Write("a.mp4", Given.Bytes(100));
        var footage = Footage("a.mp4");
        using var host = new TempFolder();
        File.Delete(_card.At("a.mp4"));
        File.CreateSymbolicLink(_card.At("a.mp4"), host.Write("secret", Given.Bytes(100)));
        Assert.Equal(CopyOutcome.SourceGone, Run(footage, _ => Assert.Fail("it was read")).Outcome);
        Assert.Empty(Intakes());
    }

    [Fact]
    public async Task Below_the_reserve_nothing_is_taken_and_nothing_is_left()
    {
        await using var full = Station.Docking(new FakeTimeProvider(Given.Now), ("Copy:ReserveBytes", long.MaxValue.ToString()));
        _card.Write("a.mp4", Given.Bytes(100));
        Assert.True(full.Get<Spool>().UsableBytes() < 0);
        Assert.Equal(CopyOutcome.SpoolFull, full.Get<CopyFile>().Run(Footage("a.mp4"), _ => { }, new SourceWatch(), default).Outcome);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(full.Folder, "spool")));
    }

    [Fact]
    public void A_spooled_copy_that_reads_back_differently_is_thrown_away()
    {
        _card.Write("a.mp4", Given.Bytes(2_000_000));
        var result = Run(Footage("a.mp4"), position =>
        {
            if (position < 2_000_000)
                return;
            // Behind the back of the program, as a bad disk would.
            var part = Directory.GetFiles(Path.Combine(_station.Folder, "spool"), "original.part", SearchOption.AllDirectories).Single();
            Media.Run("sh", "-c", "printf X | dd of=\"$1\" bs=1 seek=1000 conv=notrunc status=none", "sh", part);
        });
        Assert.Equal(CopyOutcome.SpoolDiffers, result.Outcome);
        Assert.Empty(Intakes());
    }

    [Fact]
    public void A_cancelled_copy_leaves_nothing_behind()
    {
        _card.Write("a.mp4", Given.Bytes(3_000_000));
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => _station.Get<CopyFile>().Run(Footage("a.mp4"), _ => cancel.Cancel(), new SourceWatch(), cancel.Token));
        Assert.Empty(Intakes());
    }

    private List<string> Intakes() => [.. Directory.GetFileSystemEntries(Path.Combine(_station.Folder, "spool"))];

    private CopyResult Run(FootageFile footage, Action<long>? progress = null) => _station.Get<CopyFile>().Run(footage, progress ?? (_ => { }), new SourceWatch(), default);

    private FootageFile Footage(string path) => Footage(Encoding.UTF8.GetBytes(path));

    private FootageFile Footage(byte[] path)
    {
        using var root = new SlotFolder(_card.Path);
        return new FootageFile
        {
            SlotPath = _card.Path,
            RawPath = path,
            Stat = root.List().Entries.Single(entry => entry.RawPath.AsSpan().SequenceEqual(path)).Stat,
            Session = SessionId.New(Given.Now),
            Slot = 1,
            Source = "dock",
            Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"),
            Attached = Given.Now,
        };
    }
}
