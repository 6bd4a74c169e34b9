using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Copy;

public sealed class SpoolTests : IAsyncLifetime
{
    private readonly Station _station = Station.Docking(new FakeTimeProvider(Given.Now));

    private Spool Spool => _station.Get<Spool>();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public void An_intake_is_whole_only_with_its_manifest()
    {
        var manifest = Given.Manifest("bytes"u8.ToArray());
        using (var part = Spool.Begin(manifest.Intake))
        {
            part.Write("bytes"u8);
            Assert.False(Spool.Holds(manifest.Intake));
            Assert.Empty(Spool.Whole());
            Spool.Publish(manifest);
        }
        Assert.True(Spool.Holds(manifest.Intake));
        Assert.Equal([manifest.Intake], Spool.Whole());
    }

    [Fact]
    public void Discarding_never_touches_a_whole_intake()
    {
        var intake = GivenIntake();
        Spool.Discard(intake);
        Assert.Equal(0, Spool.DiscardInterrupted(new HashSet<IntakeId>()));
        Assert.True(Spool.Holds(intake));
    }

    [Fact]
    public void A_released_intake_is_gone_and_its_stored_bytes_are_not()
    {
        var intake = GivenIntake();
        var stored = Path.Combine(_station.Folder, "stored");
        Assert.Equal(LinkOutcome.Linked, Posix.Link(Spool.OriginalOf(intake), stored));
        Spool.Release(intake);
        Spool.Release(intake);
        Assert.Empty(Folders());
        Assert.Equal("bytes", File.ReadAllText(stored));
    }

    [Fact]
    public void A_release_that_a_crash_cut_off_leaves_what_the_next_start_removes()
    {
        var intake = GivenIntake();
        // The manifest goes first: that is the order that makes this state possible, and no other.
        File.Delete(Path.Combine(Path.GetDirectoryName(Spool.OriginalOf(intake))!, "intake.json"));
        Assert.False(Spool.Holds(intake));
        Assert.Equal(1, Spool.DiscardInterrupted(new HashSet<IntakeId>()));
        Assert.Empty(Folders());
    }

    [Theory]
    [InlineData("original.part")]
    [InlineData("original")]
    [InlineData("original", "intake.json.part")]
    public void What_a_crash_left_of_a_copy_is_removed(params string[] files)
    {
        var folder = Path.Combine(_station.Folder, "spool", IntakeId.New(Given.Now).ToString());
        _ = Spool;
        Directory.CreateDirectory(folder);
        foreach (var file in files)
            File.WriteAllText(Path.Combine(folder, file), "half");
        Assert.Equal(1, Spool.DiscardInterrupted(new HashSet<IntakeId>()));
        Assert.Empty(Folders());
    }

    [Fact]
    public void A_part_that_is_being_written_is_left_alone_from_its_first_byte_until_its_manifest_stands()
    {
        var manifest = Given.Manifest("bytes"u8.ToArray());
        using var part = Spool.Begin(manifest.Intake);
        part.Write("bytes"u8);
        Assert.Equal(0, Spool.DiscardInterrupted(new HashSet<IntakeId>()));
        // Between the two names of publishing.
        var folder = Path.GetDirectoryName(Spool.OriginalOf(manifest.Intake))!;
        File.Move(Path.Combine(folder, "original.part"), Path.Combine(folder, "original"));
        Assert.Equal(0, Spool.DiscardInterrupted(new HashSet<IntakeId>()));
        Assert.True(File.Exists(Path.Combine(folder, "original")));
    }

    [Fact]
    public void An_empty_folder_is_left_to_the_copy_that_may_have_made_it_just_now_and_removed_later()
    {
        _ = Spool;
        var folder = Directory.CreateDirectory(Path.Combine(_station.Folder, "spool", IntakeId.New(Given.Now).ToString()));
        folder.LastWriteTimeUtc = Given.Now.UtcDateTime;
        Assert.Equal(0, Spool.DiscardInterrupted(new HashSet<IntakeId>()));
        folder.LastWriteTimeUtc = Given.Now.UtcDateTime.AddHours(-1);
        Assert.Equal(1, Spool.DiscardInterrupted(new HashSet<IntakeId>()));
        Assert.Empty(Folders());
    }

    [Fact]
    public void What_is_no_intake_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(_station.Folder, "spool", "lost+found"));
        Assert.Equal(0, Spool.DiscardInterrupted(new HashSet<IntakeId>()));
        Assert.Empty(Spool.Whole());
        Assert.Single(Folders());
    }

    [Fact]
    public void A_replay_gives_the_journal_every_whole_intake_and_passes_over_one_that_can_not_be_read()
    {
        var (whole, broken) = (GivenIntake(), GivenIntake());
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(Spool.OriginalOf(broken))!, "intake.json"), "{");
        _station.Get<SpoolReplay>().Run();
        _station.Get<SpoolReplay>().Run();
        Assert.Equal([whole], _station.Get<JournalTable>().Open().Select(intake => intake.Intake));
        Assert.True(Spool.Holds(broken), "it is kept");
        Assert.Contains(_station.Warnings, line => line.Contains(broken.ToString(), StringComparison.Ordinal));
    }

    private IntakeId GivenIntake()
    {
        var manifest = Given.Manifest("bytes"u8.ToArray());
        using var part = Spool.Begin(manifest.Intake);
        part.Write("bytes"u8);
        Spool.Publish(manifest);
        return manifest.Intake;
    }

    private string[] Folders() => Directory.GetDirectories(Path.Combine(_station.Folder, "spool"));
}
