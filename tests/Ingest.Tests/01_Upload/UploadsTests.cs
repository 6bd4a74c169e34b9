using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Upload;

/// <summary>Uploads on the station, without database and store: what a sender can do, and what a crash leaves.</summary>
public sealed class UploadsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(Given.Now);
    private readonly Uploader _sender = new(AccountId.New(Given.Now), "王小明 (wang)");
    private readonly List<Station> _stations = [];

    private Station Now => _stations[^1];

    private Uploads Uploads => Now.Get<Uploads>();

    private TakeUploads Take => Now.Get<TakeUploads>();

    public Task InitializeAsync()
    {
        _stations.Add(Station.Docking(_clock, ("Upload:MaxUnfinished", "3"), ("Upload:MaxBytes", "1000000"), ("Copy:ReserveBytes", "1")));
        Uploads.Load();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        // The first one owns the folder.
        foreach (var station in _stations.AsEnumerable().Reverse())
            await station.DisposeAsync();
    }

    [Fact]
    public async Task What_came_in_two_pieces_is_spooled_once_under_its_own_name_time_and_sender()
    {
        var bytes = Given.Bytes(200_000);
        var upload = Begin(bytes.Length, name: "../../etc/手机 录像.mp4");
        Assert.Equal(AddOutcome.Added, await AddAsync(upload, 0, bytes.AsMemory(0, 70_000)));
        Assert.Equal((70_000, UploadState.Uploading), (upload.OffsetBytes, upload.State));
        Assert.Equal(AddOutcome.Added, await AddAsync(upload, 70_000, bytes.AsMemory(70_000)));
        Assert.Equal(UploadState.Received, upload.State);
        await TakeAsync();

        Assert.Equal(UploadState.Kept, upload.State);
        var manifest = Now.Get<Spool>().ManifestOf(upload.Record.Intake!.Value);
        Assert.Equal(Given.Sha256(bytes), manifest.Sha256);
        Assert.Equal(manifest.Sha256, upload.Record.Sha256);
        Assert.Equal("../../etc/手机 录像.mp4", manifest.DisplayPath);
        Assert.Equal((Given.Now.AddDays(-1), "browser", null, _sender), (manifest.Modified, manifest.Source, manifest.Slot, manifest.Uploader));
        Assert.Equal(bytes, File.ReadAllBytes(Now.Get<Spool>().OriginalOf(manifest.Intake)));
        Assert.Null(Now.Get<UploadFolder>().BytesOf(upload.Record.Id));
        Assert.Empty(Now.Warnings);
    }

    [Fact]
    public async Task Bytes_at_another_place_than_the_end_are_refused_and_change_nothing()
    {
        var upload = Begin(100);
        await AddAsync(upload, 0, new byte[40]);
        Assert.Equal(AddOutcome.OtherOffset, await AddAsync(upload, 0, new byte[40]));
        Assert.Equal(AddOutcome.OtherOffset, await AddAsync(upload, 41, new byte[40]));
        Assert.Equal(40, Now.Get<UploadFolder>().BytesOf(upload.Record.Id)!.Length);
    }

    [Fact]
    public async Task Bytes_beyond_the_announced_length_are_never_written()
    {
        var upload = Begin(100);
        await AddAsync(upload, 0, new byte[150]);
        Assert.Equal((100, true), (upload.OffsetBytes, upload.IsWhole));
        Assert.Equal(100, Now.Get<UploadFolder>().BytesOf(upload.Record.Id)!.Length);
    }

    [Fact]
    public async Task A_second_writer_is_refused_while_the_first_one_writes()
    {
        var upload = Begin(100);
        var slow = new SlowBody();
        var first = Uploads.AddAsync(upload, 0, slow, CancellationToken.None);
        await slow.IsRead;
        Assert.True(upload.IsActive);
        Assert.Equal(AddOutcome.Busy, await AddAsync(upload, 0, new byte[100]));
        slow.Send(100);
        Assert.Equal(AddOutcome.Added, await first);
        Assert.False(upload.IsActive);
    }

    [Fact]
    public async Task A_broken_line_leaves_what_came_and_the_upload_goes_on_there()
    {
        var bytes = Given.Bytes(1000);
        var upload = Begin(bytes.Length);
        await Assert.ThrowsAsync<IOException>(() => Uploads.AddAsync(upload, 0, new BrokenBody(bytes[..600]), CancellationToken.None));
        Assert.Equal(600, upload.OffsetBytes);
        Assert.Equal(AddOutcome.Added, await AddAsync(upload, 600, bytes.AsMemory(600)));
        await TakeAsync();
        Assert.Equal(Given.Sha256(bytes), upload.Record.Sha256);
    }

    [Fact]
    public async Task After_a_crash_an_upload_goes_on_where_its_bytes_on_disk_end()
    {
        var bytes = Given.Bytes(1000);
        var before = Begin(bytes.Length);
        await AddAsync(before, 0, bytes.AsMemory(0, 300));
        await RestartAsync();

        var upload = Uploads.Find(before.Record.Id, _sender.Account)!;
        Assert.Equal((300, before.Record.Session), (upload.OffsetBytes, upload.Record.Session));
        Assert.Equal(AddOutcome.Added, await AddAsync(upload, 300, bytes.AsMemory(300)));
        await TakeAsync();
        Assert.Equal(Given.Sha256(bytes), upload.Record.Sha256);
    }

    [Fact]
    public async Task A_crash_before_the_taking_in_takes_it_in_at_the_next_start()
    {
        var bytes = Given.Bytes(1000);
        var before = Begin(bytes.Length);
        await AddAsync(before, 0, bytes);
        await RestartAsync();
        await TakeAsync();
        Assert.Equal(UploadState.Kept, Uploads.Find(before.Record.Id, _sender.Account)!.State);
        Assert.Single(Now.Get<Spool>().Whole());
    }

    [Fact]
    public async Task A_crash_between_the_durable_line_and_our_note_of_it_leaves_one_intake()
    {
        var bytes = Given.Bytes(1000);
        var before = Begin(bytes.Length);
        await AddAsync(before, 0, bytes);
        var whole = File.ReadAllBytes(Path.Combine(Now.Get<UploadFolder>().Of(before.Record.Id), UploadFolder.Bytes));
        await TakeAsync();
        // The record as it stood before, and the bytes that were let go.
        Now.Get<UploadFolder>().Write(before.Record with { Kept = null, Sha256 = null });
        File.WriteAllBytes(Path.Combine(Now.Get<UploadFolder>().Of(before.Record.Id), UploadFolder.Bytes), whole);
        await RestartAsync();

        var upload = Uploads.Find(before.Record.Id, _sender.Account)!;
        Assert.Equal((UploadState.Kept, Given.Sha256(bytes)), (upload.State, upload.Record.Sha256!.Value));
        Assert.False(Uploads.Whole.TryRead(out _));
        Assert.Single(Now.Get<Spool>().Whole());
        Assert.Null(Now.Get<UploadFolder>().BytesOf(upload.Record.Id));
    }

    [Fact]
    public void Asked_again_with_the_same_ticket_it_is_the_same_upload()
    {
        var first = Begin(10, ticket: "t");
        Assert.Equal((BeginOutcome.AlreadyBegun, first), Uploads.Begin(Wish(10, ticket: "t")));
        Assert.Equal(BeginOutcome.Begun, Uploads.Begin(Wish(10, ticket: "t") with { Uploader = new Uploader(AccountId.New(Given.Now), "other") }).Outcome);
    }

    [Fact]
    public void Too_large_too_many_and_no_room_are_answers()
    {
        Assert.Equal(BeginOutcome.TooLarge, Uploads.Begin(Wish(1_000_001)).Outcome);
        for (var count = 0; count < 3; count++)
            Begin(10);
        Assert.Equal(BeginOutcome.TooMany, Uploads.Begin(Wish(10)).Outcome);
    }

    [Fact]
    public async Task A_disk_down_to_its_reserve_refuses_and_keeps_what_came()
    {
        await using var full = Station.Docking(_clock, ("Copy:ReserveBytes", long.MaxValue.ToString()));
        Assert.Equal(BeginOutcome.NoRoom, full.Get<Uploads>().Begin(Wish(10)).Outcome);

        var upload = Begin(100);
        await AddAsync(upload, 0, new byte[40]);
        await using var later = Station.Restarted(Now.Folder, _clock, ("Copy:ReserveBytes", long.MaxValue.ToString()));
        later.Get<Uploads>().Load();
        var same = later.Get<Uploads>().Find(upload.Record.Id, _sender.Account)!;
        Assert.Equal(AddOutcome.NoRoom, await later.Get<Uploads>().AddAsync(same, 40, new MemoryStream(new byte[60]), CancellationToken.None));
        Assert.Equal((40, FailReasons.SpoolFull), (same.OffsetBytes, same.Reason));
    }

    [Fact]
    public void To_another_account_an_upload_does_not_exist()
    {
        var upload = Begin(10);
        var other = AccountId.New(Given.Now);
        Assert.Null(Uploads.Find(upload.Record.Id, other));
        Assert.Empty(Uploads.Of(other));
        Assert.Single(Uploads.Of(_sender.Account));
    }

    [Fact]
    public async Task Giving_up_stops_the_writer_and_removes_everything_but_not_what_has_come_whole()
    {
        var upload = Begin(100);
        var slow = new SlowBody();
        var adding = Uploads.AddAsync(upload, 0, slow, CancellationToken.None);
        await slow.IsRead;
        Assert.Equal(GiveUpOutcome.Removed, await Uploads.GiveUpAsync(upload, CancellationToken.None));
        Assert.Equal(AddOutcome.Gone, await adding);
        Assert.False(Directory.Exists(Now.Get<UploadFolder>().Of(upload.Record.Id)));

        var whole = Begin(100);
        await AddAsync(whole, 0, new byte[100]);
        Assert.Equal(GiveUpOutcome.TooLate, await Uploads.GiveUpAsync(whole, CancellationToken.None));
        await TakeAsync();
        Assert.Equal(UploadState.Kept, whole.State);
    }

    [Fact]
    public async Task After_a_day_unfinished_uploads_go_whole_ones_never_and_the_session_ends_with_its_missing_file()
    {
        // mtimes of the file system are of the machine's clock.
        _clock.SetUtcNow(DateTimeOffset.UtcNow);
        var unfinished = Begin(100);
        await AddAsync(unfinished, 0, new byte[40]);
        var whole = Begin(100);
        await AddAsync(whole, 0, new byte[100]);
        _clock.Advance(TimeSpan.FromHours(23));
        Take.Tidy();
        Assert.Equal(2, Uploads.All.Count);

        _clock.Advance(TimeSpan.FromHours(2));
        Take.Tidy();
        Assert.Equal([whole], Uploads.All);
        Assert.False(Directory.Exists(Now.Get<UploadFolder>().Of(unfinished.Record.Id)));
        Assert.Single(Now.Get<JournalTable>().OpenSessions("browser"));

        await TakeAsync();
        _clock.Advance(TimeSpan.FromMinutes(3));
        Take.Tidy();
        Assert.Empty(Now.Get<JournalTable>().OpenSessions("browser"));
        var ended = Assert.Single(Now.Get<JournalTable>().UnwrittenSessions());
        Assert.Equal((1, true, null, _sender), (ended.Missing, ended.Early, ended.Slot, ended.Uploader));
    }

    [Fact]
    public async Task One_visit_of_the_page_is_one_session_over_a_restart_and_another_visit_another()
    {
        var first = Begin(10, batch: "visit-1").Record.Session;
        await RestartAsync();
        Assert.Equal(first, Begin(10, batch: "visit-1").Record.Session);
        Assert.NotEqual(first, Begin(10, batch: "visit-2").Record.Session);
    }

    [Fact]
    public async Task A_crash_while_a_visits_first_file_is_created_leaves_no_empty_session_beside_the_visits_own()
    {
        var upload = Begin(10, batch: "visit-1").Record;
        // As far as the record, which a creation writes last.
        File.Delete(Path.Combine(Now.Get<UploadFolder>().Of(upload.Id), "upload.json"));
        await RestartAsync();
        Assert.Equal(upload.Session, Begin(10, batch: "visit-1").Record.Session);
        Assert.NotEqual(upload.Session, Begin(10, batch: "visit-2").Record.Session);
        Assert.Equal(2, Now.Get<JournalTable>().OpenSessions("browser").Count);
    }

    private Ingest.Upload Begin(long size, string name = "clip.mp4", string? ticket = null, string batch = "visit")
    {
        var (outcome, upload) = Uploads.Begin(Wish(size, name, ticket, batch));
        Assert.Equal(BeginOutcome.Begun, outcome);
        return upload!;
    }

    private NewUpload Wish(long size, string name = "clip.mp4", string? ticket = null, string batch = "visit") => new()
    {
        Uploader = _sender,
        RawName = System.Text.Encoding.UTF8.GetBytes(name),
        SizeBytes = size,
        Modified = Given.Now.AddDays(-1),
        Batch = batch,
        Ticket = ticket ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(8)),
    };

    private Task<AddOutcome> AddAsync(Ingest.Upload upload, long offset, ReadOnlyMemory<byte> bytes) =>
        Uploads.AddAsync(upload, offset, new MemoryStream(bytes.ToArray()), CancellationToken.None);

    /// <summary>What the service does with what has come whole.</summary>
    private async Task TakeAsync()
    {
        Assert.True(Uploads.Whole.TryRead(out var upload));
        await Take.TakeAsync(upload, CancellationToken.None);
    }

    /// <summary>As after a kill -9: nothing was written down at the end.</summary>
    private Task RestartAsync()
    {
        _stations.Add(Station.Restarted(Now.Folder, _clock, ("Upload:MaxUnfinished", "3")));
        Uploads.Load();
        return Task.CompletedTask;
    }

    /// <summary>A line that is silent until the test says how much comes.</summary>
    private sealed class SlowBody : Stream
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsRead => _read.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Send(int bytes) => _sent.SetResult(bytes);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _read.TrySetResult();
            return await _sent.Task.WaitAsync(cancellationToken);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>A line that breaks after its bytes.</summary>
    private sealed class BrokenBody(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new IOException("The line broke.");
        }
    }
}
