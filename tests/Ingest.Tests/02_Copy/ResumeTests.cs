using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Copy;

/// <summary>Rows 1, 3, 5, 18 and 42 of the fault matrix: a copy that was interrupted goes on at its offset, and only where all still agrees.</summary>
public sealed class ResumeTests : IAsyncLifetime
{
    private const int Size = 9_000_000, Stop = 5_000_000;
    private readonly TempFolder _card = new(), _otherSlot = new();
    private readonly Station _station = Station.Docking(new FakeTimeProvider(Given.Now));
    private readonly byte[] _bytes = Given.Bytes(Size);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _station.DisposeAsync();
        _card.Dispose();
        _otherSlot.Dispose();
    }

    [Fact]
    public void Faults_1_and_3_pulled_in_the_middle_and_put_into_another_slot_it_goes_on_where_it_ended()
    {
        var began = Interrupt();
        var told = new List<long>();
        var result = Run(MoveToOtherSlot(), told.Add);
        Assert.Equal((CopyOutcome.Copied, began), (result.Outcome, result.Manifest!.Intake));
        Assert.True(told[0] >= Stop, $"it went on at {told[0]}");
        Assert.Equal(_bytes, File.ReadAllBytes(_station.Get<Spool>().OriginalOf(began)));
        Assert.Equal(Given.Sha256(_bytes), result.Manifest.Sha256);
        Assert.Empty(_station.Get<JournalTable>().Partials(DateTimeOffset.MinValue));
        Assert.Single(Folders());
    }

    [Fact]
    public void Fault_18_a_restart_keeps_what_was_copied_and_goes_on()
    {
        var began = Interrupt();
        _station.Get<SpoolReplay>().Run();
        Assert.Single(Folders());
        var told = new List<long>();
        var result = Run(Footage(_card.Path), told.Add);
        Assert.Equal((CopyOutcome.Copied, began), (result.Outcome, result.Manifest!.Intake));
        Assert.True(told[0] >= Stop);
    }

    [Fact]
    public void A_half_copy_that_is_no_longer_what_was_read_is_thrown_away_and_the_file_read_anew()
    {
        var began = Interrupt();
        using (var part = File.Open(Path.Combine(Folders().Single(), "original.part"), FileMode.Open))
        {
            part.Position = 1_000_000;
            part.WriteByte((byte)(_bytes[1_000_000] ^ 1));
        }
        var told = new List<long>();
        var result = Run(Footage(_card.Path), told.Add);
        Assert.Equal(CopyOutcome.Copied, result.Outcome);
        Assert.NotEqual(began, result.Manifest!.Intake);
        Assert.True(told[0] < Stop);
        Assert.Equal(_bytes, File.ReadAllBytes(_station.Get<Spool>().OriginalOf(result.Manifest.Intake)));
        Assert.Single(Folders());
    }

    [Fact]
    public void Fault_5_a_file_of_the_same_name_size_time_and_head_with_other_bytes_is_no_continuation()
    {
        Interrupt();
        var path = _card.At("a.mp4");
        var modified = File.GetLastWriteTimeUtc(path);
        var other = (byte[])_bytes.Clone();
        for (var i = CopyFile.HeadBytes; i < other.Length; i++)
            other[i] ^= 0x55;
        File.WriteAllBytes(path, other);
        File.SetLastWriteTimeUtc(path, modified);
        var result = Run(Footage(_card.Path));
        Assert.Equal((CopyOutcome.Copied, Given.Sha256(other)), (result.Outcome, result.Manifest!.Sha256));
        Assert.Equal(other, File.ReadAllBytes(_station.Get<Spool>().OriginalOf(result.Manifest.Intake)));
    }

    [Fact]
    public void A_changed_file_is_copied_from_its_beginning()
    {
        Interrupt();
        File.AppendAllText(_card.At("a.mp4"), "more");
        var told = new List<long>();
        Assert.Equal(CopyOutcome.Copied, Run(Footage(_card.Path), told.Add).Outcome);
        Assert.True(told[0] < Stop);
    }

    [Fact]
    public async Task Fault_42_a_half_copy_makes_way_where_the_disk_is_full()
    {
        Interrupt();
        await using var full = Station.Restarted(_station.Folder, new FakeTimeProvider(Given.Now), ("Copy:ReserveBytes", long.MaxValue.ToString()));
        _otherSlot.Write("b.mp4", Given.Bytes(1000));
        Assert.Equal(CopyOutcome.SpoolFull, full.Get<CopyFile>().Run(Footage(_otherSlot.Path, "b.mp4"), _ => { }, new SourceWatch(), default).Outcome);
        Assert.Empty(Folders());
        Assert.Empty(full.Get<JournalTable>().Partials(DateTimeOffset.MinValue));
    }

    [Fact]
    public void A_half_copy_whose_recorder_stays_away_is_let_go_after_a_week()
    {
        Interrupt();
        ((FakeTimeProvider)_station.Get<TimeProvider>()).Advance(CopyFile.PartialFor + TimeSpan.FromDays(1));
        _station.Get<SpoolReplay>().Run();
        Assert.Empty(Folders());
    }

    [Fact]
    public void Two_cards_that_claim_to_be_the_same_recorder_are_copied_side_by_side()
    {
        var began = Interrupt();
        // The other one is at it: its part is locked.
        using var held = _station.Get<Spool>().Reopen(began);
        var result = Run(Footage(_card.Path));
        Assert.Equal(CopyOutcome.Copied, result.Outcome);
        Assert.NotEqual(began, result.Manifest!.Intake);
        Assert.True(File.Exists(held.Name) && held.Length >= Stop);
    }

    /// <summary>From a slow recorder it is compared while it is copied, else behind it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_large_file_is_compared_and_a_flipped_bit_behind_the_reader_is_found(int msPerChunk)
    {
        var bytes = Given.Bytes(150 << 20);
        var path = _card.Write("large.bin", bytes);
        var good = Run(Footage(_card.Path, "large.bin"), _ => Thread.Sleep(msPerChunk));
        Assert.Equal((CopyOutcome.Copied, Given.Sha256(bytes)), (good.Outcome, good.Manifest!.Sha256));
        Assert.Equal(Given.Sha256(bytes), Given.Sha256(File.ReadAllBytes(_station.Get<Spool>().OriginalOf(good.Manifest.Intake))));
        File.SetLastWriteTimeUtc(path, Given.Now.UtcDateTime);
        var isDone = false;
        var bad = Run(Footage(_card.Path, "large.bin"), position =>
        {
            Thread.Sleep(msPerChunk);
            if (isDone || position < 149 << 20)
                return;
            isDone = true;
            var part = Folders().Select(folder => Path.Combine(folder, "original.part")).Single(File.Exists);
            Media.Run("sh", "-c", "printf X | dd of=\"$1\" bs=1 seek=150000000 conv=notrunc status=none", "sh", part);
        });
        Assert.Equal(CopyOutcome.SpoolDiffers, bad.Outcome);
    }

    private List<string> Folders() => [.. Directory.GetDirectories(Path.Combine(_station.Folder, "spool"))];

    /// <summary>Copies more than half of the file, then the recorder goes.</summary>
    private IntakeId Interrupt()
    {
        _card.Write("a.mp4", _bytes);
        using var pulled = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Run(
            Footage(_card.Path),
            position =>
            {
                if (position >= Stop)
                    pulled.Cancel();
            },
            pulled.Token));
        return Assert.Single(_station.Get<JournalTable>().Partials(DateTimeOffset.MinValue));
    }

    private FootageFile MoveToOtherSlot()
    {
        File.Move(_card.At("a.mp4"), _otherSlot.At("a.mp4"));
        return Footage(_otherSlot.Path) with { Slot = 2, Session = SessionId.New(Given.Now.AddMinutes(1)) };
    }

    private CopyResult Run(FootageFile footage, Action<long>? progress = null, CancellationToken ct = default) =>
        _station.Get<CopyFile>().Run(footage, progress ?? (_ => { }), new SourceWatch(), ct);

    private static FootageFile Footage(string card, string name = "a.mp4")
    {
        using var root = new SlotFolder(card);
        var entry = root.List().Entries.Single(entry => entry.RawPath.AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(name)));
        return new FootageFile
        {
            SlotPath = card,
            RawPath = entry.RawPath,
            Stat = entry.Stat,
            Session = SessionId.New(Given.Now),
            Slot = 1,
            Source = "dock",
            Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"),
            Attached = Given.Now,
        };
    }
}
