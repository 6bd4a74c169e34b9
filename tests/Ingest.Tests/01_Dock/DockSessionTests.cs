using System.Text;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

public sealed class DockSessionTests
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(3);
    private readonly DockSession _session = new(new JournalSession { Session = SessionId.New(Given.Now), Slot = 1, Source = "dock", Attached = Given.Now });
    private DateTimeOffset _now = Given.Now;

    [Fact]
    public void A_new_file_is_listed_and_missing_until_it_is_taken()
    {
        Look(("a.mp4", 10));
        Assert.Equal((DockFileState.Listed, 1, true), (File("a.mp4").State, _session.Missing, _session.IsListed));
        Assert.False(File("a.mp4").IsQuiet(s_quiet, _now));
        File("a.mp4").State = DockFileState.Taken;
        Assert.Equal(0, _session.Missing);
    }

    [Fact]
    public void A_file_is_quiet_three_seconds_after_its_last_change()
    {
        Look(("a.mp4", 10));
        Look(2, ("a.mp4", 20));
        Assert.False(File("a.mp4").IsQuiet(s_quiet, _now.AddSeconds(2.9)));
        Assert.True(File("a.mp4").IsQuiet(s_quiet, _now.AddSeconds(3)));
    }

    [Fact]
    public void A_temporary_name_that_vanishes_is_no_failure()
    {
        Look(("clip.tmp", 10));
        Look(1);
        Assert.Empty(_session.Files);
    }

    [Fact]
    public void A_quiet_file_that_vanishes_before_it_was_taken_is_a_failure()
    {
        Look(("a.mp4", 10));
        Look(4);
        Assert.Equal((DockFileState.Failed, FailReasons.SourceGone, 1), (File("a.mp4").State, File("a.mp4").Reason, _session.Missing));
    }

    [Fact]
    public void A_file_that_vanished_and_is_back_is_tried_again()
    {
        Look(("a.mp4", 10));
        Look(4);
        Look(1, ("a.mp4", 10));
        Assert.Equal(DockFileState.Listed, File("a.mp4").State);
        Assert.False(File("a.mp4").IsQuiet(s_quiet, _now));
    }

    [Fact]
    public void A_renamed_file_is_the_same_file_under_another_name()
    {
        Look(("a.mp4", 10, 7));
        Look(4, ("b.mp4", 10, 7));
        Assert.Equal(["b.mp4"], _session.Files.Select(file => file.DisplayPath));
        Assert.Equal(DockFileState.Listed, File("b.mp4").State);
    }

    [Fact]
    public void A_file_renamed_under_the_copy_is_no_failure_once_its_new_name_is_seen()
    {
        Look(("a.mp4", 10, 7));
        (File("a.mp4").State, File("a.mp4").Reason) = (DockFileState.Failed, FailReasons.SourceGone);
        Look(1, ("b.mp4", 10, 7));
        Assert.Equal(["b.mp4"], _session.Files.Select(file => file.DisplayPath));
    }

    [Fact]
    public void A_taken_file_may_vanish()
    {
        Look(("a.mp4", 10));
        File("a.mp4").State = DockFileState.Taken;
        Look(4);
        Assert.Equal(DockFileState.Taken, File("a.mp4").State);
    }

    [Theory]
    [InlineData((int)DockFileState.Taken)]
    [InlineData((int)DockFileState.Failed)]
    [InlineData((int)DockFileState.Skipped)]
    public void A_file_that_changed_after_it_was_settled_is_a_new_file(int settled)
    {
        Look(("a.mp4", 10));
        var file = File("a.mp4");
        (file.State, file.Reason, file.Attempts, file.CopiedBytes) = ((DockFileState)settled, "x", 3, 10);
        Look(4, ("a.mp4", 11));
        Assert.Equal((DockFileState.Listed, null, 0, 0L), (file.State, file.Reason, file.Attempts, file.CopiedBytes));
        Assert.False(file.IsQuiet(s_quiet, _now));
    }

    [Fact]
    public void A_file_that_is_being_copied_is_left_to_the_copy()
    {
        Look(("a.mp4", 10));
        var file = File("a.mp4");
        file.State = DockFileState.Copying;
        Look(4, ("a.mp4", 11));
        Assert.Equal((DockFileState.Copying, 10L), (file.State, file.Stat.SizeBytes));
        Look(4);
        Assert.Equal(DockFileState.Copying, file.State);
    }

    [Fact]
    public void An_empty_file_is_skipped_only_once_it_is_quiet_and_taken_up_when_it_grows()
    {
        Look(("a.mp4", 0));
        Assert.Equal((DockFileState.Listed, 1), (File("a.mp4").State, _session.Missing));
        Look(4, ("a.mp4", 0));
        Assert.Equal((DockFileState.Skipped, SkipReasons.Empty, 0), (File("a.mp4").State, File("a.mp4").Reason, _session.Missing));
        Look(1, ("a.mp4", 5));
        Assert.Equal(DockFileState.Listed, File("a.mp4").State);
    }

    [Fact]
    public void Links_are_skipped_at_once_with_the_reason()
    {
        _session.Reconcile([Entry("link", 10, 1, EntryKind.Link)], entry => entry.Stat.Kind == EntryKind.Link ? SkipReasons.Link : null, s_quiet, _now);
        Assert.Equal((DockFileState.Skipped, SkipReasons.Link), (File("link").State, File("link").Reason));
    }

    private void Look(params (string Path, long Size)[] files) => Look(0, files);

    private void Look(double secondsLater, params (string Path, long Size)[] files) =>
        Look(secondsLater, [.. files.Select(file => (file.Path, file.Size, (ulong)file.Path.GetHashCode(StringComparison.Ordinal)))]);

    private void Look(params (string Path, long Size, ulong Inode)[] files) => Look(0, files);

    private void Look(double secondsLater, params (string Path, long Size, ulong Inode)[] files)
    {
        _now = _now.AddSeconds(secondsLater);
        _session.Reconcile([.. files.Select(file => Entry(file.Path, file.Size, file.Inode))], entry => entry.Stat.SizeBytes == 0 ? SkipReasons.Empty : null, s_quiet, _now);
    }

    private void Look(double secondsLater)
    {
        _now = _now.AddSeconds(secondsLater);
        _session.Reconcile([], _ => null, s_quiet, _now);
    }

    private DockFile File(string path) => _session.Files.Single(file => file.DisplayPath == path);

    private static SlotEntry Entry(string path, long size, ulong inode, EntryKind kind = EntryKind.File) =>
        new(Encoding.UTF8.GetBytes(path), new FileStat(kind, size, Given.Now.AddHours(-1), inode, 1, 1));
}
