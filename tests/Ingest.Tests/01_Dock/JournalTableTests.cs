using Microsoft.Extensions.Options;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

public sealed class JournalTableTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private JournalTable _journal;

    public JournalTableTests() => _journal = Open();

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_open_session_of_a_slot_is_found_after_a_restart_and_a_closed_one_is_not()
    {
        var session = Session(1);
        _journal.Write(session);
        session.Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding");
        session.Missing = 4;
        _journal.Write(session);
        Restart();
        var found = _journal.OpenSession(1)!;
        Assert.Equal((session.Session, session.Recorder, 4, session.Attached), (found.Session, found.Recorder, found.Missing, found.Attached));
        Assert.Null(_journal.OpenSession(2));
        session.Detached = Given.Now.AddMinutes(1);
        _journal.Write(session);
        Assert.Null(_journal.OpenSession(1));
    }

    [Fact]
    public void An_import_is_no_recorder_in_a_slot()
    {
        _journal.Write(Session(1, "import"));
        Assert.Null(_journal.OpenSession(1));
    }

    [Fact]
    public void A_session_goes_to_the_catalog_once_its_recorder_is_known_and_again_after_each_change()
    {
        var session = Session(1);
        _journal.Write(session);
        Assert.Empty(_journal.UnwrittenSessions());
        session.Recorder = new RecorderIdentity("slot:station-1:1", null, "none");
        _journal.Write(session);
        _journal.MarkWritten(Assert.Single(_journal.UnwrittenSessions()), skipped: 0);
        Assert.Empty(_journal.UnwrittenSessions());
        _journal.WriteSkipped([new SkippedFileRow(session.Session, [1], "a", "empty", 0, Given.Now, Given.Now)]);
        var seen = Assert.Single(_journal.UnwrittenSessions());
        session.Detached = Given.Now.AddMinutes(1);
        _journal.Write(session);
        _journal.MarkWritten(seen, skipped: 1);
        Assert.Equal(session.Detached, Assert.Single(_journal.UnwrittenSessions()).Detached);
    }

    [Fact]
    public void A_file_skipped_while_the_session_was_written_is_written_too()
    {
        var session = Session(1);
        session.Recorder = new RecorderIdentity("slot:station-1:1", null, "none");
        _journal.Write(session);
        var seen = Assert.Single(_journal.UnwrittenSessions());
        _journal.WriteSkipped([new SkippedFileRow(session.Session, [1], "a", "empty", 0, Given.Now, Given.Now)]);
        _journal.MarkWritten(seen, skipped: 0);
        Assert.Single(_journal.UnwrittenSessions());
    }

    [Fact]
    public void A_skipped_file_is_noted_once_with_its_raw_name()
    {
        var session = Session(1);
        var skipped = new SkippedFileRow(session.Session, [0xFF, 0xFE], "a", "empty", 0, Given.Now.AddMicroseconds(1), Given.Now);
        _journal.WriteSkipped([skipped]);
        _journal.WriteSkipped([skipped with { Reason = "other" }]);
        var found = Assert.Single(_journal.Skipped(session.Session));
        Assert.Equal(skipped.RawPath, found.RawPath);
        Assert.Equal(skipped, found with { RawPath = skipped.RawPath });
    }

    [Fact]
    public void The_state_of_an_intake_only_goes_forward_and_survives_a_restart()
    {
        var manifest = Given.Manifest();
        var clip = ClipId.New(Given.Now);
        _journal.WriteSpooled(manifest);
        _journal.MarkRegistered(manifest.Intake, clip, duplicate: true);
        _journal.MarkStored(manifest.Intake);
        _journal.MarkRegistered(manifest.Intake, clip, duplicate: true);
        _journal.WriteSpooled(manifest);
        Restart();
        Assert.Equal(new JournalIntake(manifest.Intake, manifest.Session, IntakeState.Stored, clip, true, manifest.Size), _journal.Find(manifest.Intake));
        Assert.Equal([manifest.Intake], _journal.OfClip(clip).Select(intake => intake.Intake));
        Assert.Empty(_journal.Open());
    }

    [Fact]
    public void A_file_is_known_by_recorder_path_size_time_and_head_together()
    {
        var manifest = Given.Manifest();
        _journal.WriteSpooled(manifest);
        var stat = new FileStat(EntryKind.File, manifest.Size, manifest.Modified, 1, 1, 1);
        Assert.Equal(manifest.Intake, _journal.FindKnown(manifest.Recorder.Key, manifest.RawPath, stat, manifest.Head));
        Assert.Null(_journal.FindKnown("other", manifest.RawPath, stat, manifest.Head));
        Assert.Null(_journal.FindKnown(manifest.Recorder.Key, [1], stat, manifest.Head));
        Assert.Null(_journal.FindKnown(manifest.Recorder.Key, manifest.RawPath, stat with { SizeBytes = stat.SizeBytes + 1 }, manifest.Head));
        Assert.Null(_journal.FindKnown(manifest.Recorder.Key, manifest.RawPath, stat with { Modified = stat.Modified.AddMicroseconds(1) }, manifest.Head));
        Assert.Null(_journal.FindKnown(manifest.Recorder.Key, manifest.RawPath, stat, Given.Sha256("other"u8)));
    }

    [Fact]
    public void A_lost_intake_is_forgotten_unless_it_was_stored()
    {
        var (lost, stored) = (Given.Manifest(), Given.Manifest());
        _journal.WriteSpooled(lost);
        _journal.WriteSpooled(stored);
        _journal.MarkStored(stored.Intake);
        _journal.Forget(lost.Intake);
        _journal.Forget(stored.Intake);
        Assert.Null(_journal.Find(lost.Intake));
        Assert.NotNull(_journal.Find(stored.Intake));
    }

    [Fact]
    public void With_the_store_away_for_days_a_new_intake_still_comes_to_its_turn()
    {
        for (var i = 0; i < 1000; i++)
        {
            var old = Given.Manifest();
            _journal.WriteSpooled(old);
            _journal.MarkRegistered(old.Intake, new ClipId(old.Intake.Value), duplicate: false);
        }
        var young = Given.Manifest();
        _journal.WriteSpooled(young);
        Assert.Contains(young.Intake, _journal.Open().Select(intake => intake.Intake));
    }

    [Fact]
    public void Sidecars_come_after_what_they_belong_to()
    {
        var file = Given.Manifest();
        var sidecar = Given.Manifest() with { Session = file.Session, SidecarOf = file.Intake };
        _journal.WriteSpooled(sidecar);
        _journal.WriteSpooled(file);
        Assert.Equal([file.Intake, sidecar.Intake], _journal.Open().Select(intake => intake.Intake));
    }

    [Fact]
    public void Sessions_take_turns()
    {
        var many = Given.Manifest();
        var few = Given.Manifest();
        foreach (var manifest in Enumerable.Range(0, 2000).Select(_ => Given.Manifest() with { Session = many.Session }).Append(few).Append(Given.Manifest() with { Session = few.Session }))
            _journal.WriteSpooled(manifest);
        Assert.Equal(2, _journal.Open().Take(4).Count(intake => intake.Session == few.Session));
    }

    private static JournalSession Session(int slot, string source = "dock") => new()
    {
        Session = SessionId.New(Given.Now),
        Slot = slot,
        Source = source,
        Attached = Given.Now.AddMicroseconds(7),
    };

    private void Restart()
    {
        _journal.Dispose();
        _journal = Open();
    }

    private JournalTable Open() => new(Options.Create(new DataOptions { DataFolder = _folder.Path }));
}
