using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Files on their way from browsers. An upload belongs to one account and is written by one request at a time; its offset is the length of
/// the file on disk, so that it is true after whatever crash. What has come whole goes to <see cref="TakeUploads"/>.
/// </summary>
internal sealed partial class Uploads(
    UploadFolder folder,
    UploadSessions sessions,
    Spool spool,
    JournalTable journal,
    IntakeBook book,
    IOptions<UploadOptions> options,
    TimeProvider time,
    ILogger<Uploads> logger) : IDisposable
{
    private const int ChunkBytes = 512 << 10;

    /// <summary>After so many bytes they are synced and the disk's free space is looked at: neither a crash nor a full disk is far behind.</summary>
    private const long SyncBytes = 64L << 20;

    private readonly ConcurrentDictionary<UploadId, Upload> _all = new();
    private readonly Channel<Upload> _whole = Channel.CreateUnbounded<Upload>();
    private readonly Lock _beginning = new();

    /// <summary>Uploads whose bytes have all come and that are to be taken in.</summary>
    public ChannelReader<Upload> Whole => _whole.Reader;

    public IReadOnlyCollection<Upload> All => (IReadOnlyCollection<Upload>)_all.Values;

    /// <summary>Intakes that stand on somebody's page.</summary>
    public IEnumerable<LiveIntake> Intakes() => _all.Values.Select(upload => upload.Intake).OfType<LiveIntake>();

    /// <summary>At start: everything that an earlier run left goes on from where its bytes on disk end.</summary>
    public void Load()
    {
        foreach (var record in folder.Load((path, e) => LogUnreadable(logger, e, path)))
        {
            var bytes = folder.BytesOf(record.Id);
            var upload = new Upload(record, bytes?.Length ?? 0, bytes is null ? record.Begun : bytes.LastWriteTimeUtc);
            _all[record.Id] = upload;
            if (record.Kept is null && record.Intake is { } intake && spool.Holds(intake))
            {
                // The crash came between the durable line and our note of it.
                var manifest = spool.ManifestOf(intake);
                book.Spooled(manifest);
                Keep(upload, manifest.Spooled, manifest.Sha256);
            }
            else if (record.Kept is not null)
            {
                upload.Intake = journal.Find(record.Intake!.Value) is null ? null : book.Get(record.Intake.Value);
                if (bytes is not null)
                    folder.ReleaseBytes(record.Id);
            }
            else if (upload.IsWhole)
            {
                _whole.Writer.TryWrite(upload);
            }
        }
        sessions.Load(_all.Values.Select(upload => upload.Record));
    }

    /// <summary>An upload of an account, or null; to everybody else it does not exist.</summary>
    public Upload? Find(UploadId id, AccountId account) =>
        _all.TryGetValue(id, out var upload) && upload.Record.Uploader.Account == account ? upload : null;

    /// <summary>The uploads of an account, oldest first.</summary>
    public IReadOnlyList<Upload> Of(AccountId account) =>
        [.. _all.Values.Where(upload => upload.Record.Uploader.Account == account).OrderBy(upload => upload.Record.Begun)];

    /// <summary>Begins an upload. When it returns, the upload survives a crash.</summary>
    public (BeginOutcome Outcome, Upload? Upload) Begin(NewUpload wish)
    {
        if (wish.SizeBytes > options.Value.MaxBytes)
            return (BeginOutcome.TooLarge, null);
        lock (_beginning)
        {
            var own = Of(wish.Uploader.Account);
            if (own.FirstOrDefault(upload => upload.Record.Ticket == wish.Ticket && upload.Record.SizeBytes == wish.SizeBytes) is { } before)
                return (BeginOutcome.AlreadyBegun, before);
            if (own.Count(upload => !upload.IsWhole) >= options.Value.MaxUnfinished)
                return (BeginOutcome.TooMany, null);
            // It lies on this disk twice for a moment: here, and in the spool until its copy there has been compared.
            if (spool.UsableBytes() < 2 * wish.SizeBytes)
                return (BeginOutcome.NoRoom, null);
            var now = time.GetUtcNow();
            var session = sessions.For(wish, now);
            var record = new UploadRecord
            {
                Id = UploadId.New(),
                Uploader = wish.Uploader,
                RawName = wish.RawName,
                SizeBytes = wish.SizeBytes,
                Modified = wish.Modified ?? now,
                Batch = wish.Batch,
                Ticket = wish.Ticket,
                Session = session.Session,
                Attached = session.Attached,
                Begun = now,
            };
            folder.Create(record);
            return (BeginOutcome.Begun, _all[record.Id] = new Upload(record, 0, now));
        }
    }

    /// <summary>
    /// Adds bytes at an offset. When it returns or throws, what was written is synced. Nothing beyond the announced length is ever written.
    /// </summary>
    /// <exception cref="IOException">The sender's connection broke, or the disk did.</exception>
    public async Task<AddOutcome> AddAsync(Upload upload, long offset, Stream body, CancellationToken ct)
    {
        if (!upload.Turn.Wait(0, CancellationToken.None))
            return AddOutcome.Busy;
        try
        {
            if (upload.GivenUp.IsCancellationRequested)
                return AddOutcome.Gone;
            if (offset != upload.OffsetBytes || (upload.IsWhole && upload.Record.SizeBytes != offset))
                return AddOutcome.OtherOffset;
            if (upload.IsWhole)
                return AddOutcome.Added;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, upload.GivenUp.Token);
            upload.IsActive = true;
            var outcome = await CopyAsync(upload, body, either.Token);
            if (upload.IsWhole)
                _whole.Writer.TryWrite(upload); // given up in this moment or not: who takes it in looks again
            return outcome;
        }
        catch (OperationCanceledException) when (upload.GivenUp.IsCancellationRequested)
        {
            return AddOutcome.Gone;
        }
        finally
        {
            upload.IsActive = false;
            upload.Turn.Release();
        }
    }

    /// <summary>Removes an upload at its sender's wish, with whatever has come of it.</summary>
    public async Task<GiveUpOutcome> GiveUpAsync(Upload upload, CancellationToken ct)
    {
        if (upload.IsWhole)
            return GiveUpOutcome.TooLate;
        await upload.GivenUp.CancelAsync();
        await upload.Turn.WaitAsync(ct);
        try
        {
            if (upload.Record.Kept is not null)
                return GiveUpOutcome.TooLate; // its last byte came while we waited, and it was taken in
            Remove(upload);
            LogGivenUp(logger, upload.Record.Session, upload.OffsetBytes, upload.Record.SizeBytes);
            return GiveUpOutcome.Removed;
        }
        finally
        {
            upload.Turn.Release();
        }
    }

    /// <summary>Notes an upload behind the durable line, and lets its bytes go.</summary>
    public void Keep(Upload upload, DateTimeOffset kept, Sha256Digest sha256)
    {
        var record = upload.Record with { Kept = kept, Sha256 = sha256 };
        folder.Write(record);
        upload.Intake = book.Get(record.Intake!.Value);
        upload.Record = record;
        upload.Reason = null;
        folder.ReleaseBytes(record.Id);
    }

    /// <summary>Removes unfinished uploads to which nothing was added for too long, and forgets finished ones that are settled. Never removes bytes of a whole one.</summary>
    public void Expire()
    {
        var now = time.GetUtcNow();
        foreach (var upload in _all.Values.Where(upload => now >= ExpiresAt(upload) && !upload.IsActive))
        {
            var isUnfinished = !upload.IsWhole;
            if (!isUnfinished && (upload.Record.Kept is null || upload is { Intake.State: not IntakeState.Stored }) || !upload.Turn.Wait(0, CancellationToken.None))
                continue;
            try
            {
                if (upload.IsWhole == isUnfinished)
                    continue; // its last byte came in between
                upload.GivenUp.Cancel();
                if (isUnfinished)
                {
                    sessions.Lost(upload.Record.Session);
                    LogExpired(logger, upload.Record.Session, upload.OffsetBytes, upload.Record.SizeBytes, upload.LastAdded);
                }
                Remove(upload);
            }
            finally
            {
                upload.Turn.Release();
            }
        }
    }

    /// <summary>When an upload is forgotten if nothing happens to it.</summary>
    public DateTimeOffset ExpiresAt(Upload upload) => (upload.Record.Kept ?? upload.LastAdded) + options.Value.ExpiresAfter;

    public void Dispose()
    {
        foreach (var upload in _all.Values)
            upload.Dispose();
    }

    private async Task<AddOutcome> CopyAsync(Upload upload, Stream body, CancellationToken ct)
    {
        await using var file = folder.OpenToAppend(upload.Record.Id);
        file.Position = upload.OffsetBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        long unsynced = 0;
        try
        {
            while (upload.OffsetBytes < upload.Record.SizeBytes)
            {
                if (unsynced >= SyncBytes)
                {
                    Sync(file);
                    unsynced = 0;
                }
                if (unsynced == 0 && spool.UsableBytes() <= 0)
                    return NoRoom(upload);
                var most = (int)Math.Min(ChunkBytes, upload.Record.SizeBytes - upload.OffsetBytes);
                var read = await body.ReadAsync(buffer.AsMemory(0, most), ct);
                if (read == 0)
                    break;
                FaultPoint.Pass("write", "upload");
                file.Write(buffer, 0, read);
                unsynced += read;
                upload.OffsetBytes += read;
                upload.LastAdded = time.GetUtcNow();
            }
            upload.Reason = null;
            return AddOutcome.Added;
        }
        catch (IOException e) when (e.InnerException is System.ComponentModel.Win32Exception { NativeErrorCode: Posix.ENOSPC } || e.HResult == Posix.ENOSPC)
        {
            return NoRoom(upload);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            // A write that failed half way: the disk, not our count, says where the file ends.
            upload.OffsetBytes = file.Length;
            Sync(file);
        }
    }

    private static void Sync(FileStream file)
    {
        FaultPoint.Pass("fsync", "upload");
        file.Flush(flushToDisk: true);
    }

    private static AddOutcome NoRoom(Upload upload)
    {
        upload.Reason = FailReasons.SpoolFull;
        return AddOutcome.NoRoom;
    }

    private void Remove(Upload upload)
    {
        folder.Remove(upload.Record.Id);
        _all.TryRemove(upload.Record.Id, out _);
    }

    [LoggerMessage(1101, LogLevel.Information, "Session {Session}: an unfinished upload expired and was removed, {OffsetBytes} of {SizeBytes} bytes had come, the last at {LastAdded}")]
    private static partial void LogExpired(ILogger logger, SessionId session, long offsetBytes, long sizeBytes, DateTimeOffset lastAdded);

    [LoggerMessage(1102, LogLevel.Information, "Session {Session}: an upload was given up by its sender and removed, {OffsetBytes} of {SizeBytes} bytes had come")]
    private static partial void LogGivenUp(ILogger logger, SessionId session, long offsetBytes, long sizeBytes);

    [LoggerMessage(1103, LogLevel.Error, "The upload in {Folder} has no readable record: it stays there and goes on no more")]
    private static partial void LogUnreadable(ILogger logger, Exception e, string folder);
}
