using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Sends uploads that have come whole to 02, as a slot does with the files of a card: the same copy, the same turns, the same durable line.
/// Also ends what has to end: expired uploads, sessions with nothing more to wait for.
/// </summary>
internal sealed partial class TakeUploads(
    Uploads uploads,
    UploadFolder folder,
    UploadSessions sessions,
    CopyFile copy,
    CopyGate gate,
    Spool spool,
    IntakeBook book,
    RecorderProfiles profiles,
    RegisterSignal registerSignal,
    IOptions<CopyOptions> options,
    TimeProvider time,
    ILogger<TakeUploads> logger) : BackgroundService
{
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_muchLater = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    /// <summary>What earlier runs left is known before the first request can ask for it.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        uploads.Load();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [TidyAsync(stoppingToken), .. Enumerable.Range(0, options.Value.AtOnce).Select(_ => TakeAsync(stoppingToken))]);

    /// <summary>Takes one upload in, trying again for as long as it takes: its bytes are here, and nobody else has them for certain.</summary>
    internal async Task TakeAsync(Upload upload, CancellationToken ct)
    {
        await upload.Turn.WaitAsync(ct);
        try
        {
            for (var attempt = 1; upload is { Record.Kept: null, GivenUp.IsCancellationRequested: false }; attempt++)
            {
                if (await TryOrFailAsync(upload, ct) is not { } reason)
                    return;
                var isTried = reason != FailReasons.SpoolFull && attempt >= options.Value.Attempts;
                upload.Reason = isTried || reason == FailReasons.SpoolFull ? reason : null;
                await Task.Delay(isTried ? s_muchLater : s_again, time, ct);
            }
        }
        finally
        {
            upload.Turn.Release();
        }
    }

    private async Task TakeAsync(CancellationToken ct)
    {
        await foreach (var upload in uploads.Whole.ReadAllAsync(ct))
        {
            // A bug or a full disk under the record must not end the taking in of all others; the next start tries this one again.
            try
            {
                await TakeAsync(upload, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                upload.Reason = FailReasons.SpoolDiffers;
                LogFailed(logger, e, upload.Record.Session);
            }
        }
    }

    /// <summary>As <see cref="TryAsync"/>: a disk or a journal that fails once is one more thing that was in the way.</summary>
    private async Task<string?> TryOrFailAsync(Upload upload, CancellationToken ct)
    {
        try
        {
            return await TryAsync(upload, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or System.ComponentModel.Win32Exception)
        {
            LogFailed(logger, e, upload.Record.Session);
            return FailReasons.SpoolDiffers;
        }
    }

    /// <returns>Null once it is behind the durable line; else the code of what was in the way.</returns>
    private async Task<string?> TryAsync(Upload upload, CancellationToken ct)
    {
        // An attempt that failed after the durable line: nothing is to be copied a second time.
        if (upload.Record.Intake is { } before && spool.Holds(before))
        {
            var kept = spool.ManifestOf(before);
            book.Spooled(kept);
            uploads.Keep(upload, kept.Spooled, kept.Sha256);
            registerSignal.Set();
            return null;
        }
        using var turn = await gate.EnterAsync(ct);
        var footage = Prepare(upload);
        var started = Stopwatch.GetTimestamp();
        // A thread of its own: the loop is synchronous and may take minutes.
        var result = await Task.Factory.StartNew(
            () => copy.Run(footage, bytes => upload.CheckedBytes = bytes, new SourceWatch(), ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        LogTaken(logger, result.Outcome, upload.Record.SizeBytes, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, upload.Record.Session);
        switch (result.Outcome)
        {
            case CopyOutcome.Copied:
                book.Spooled(result.Manifest!);
                uploads.Keep(upload, result.Manifest!.Spooled, result.Manifest.Sha256);
                registerSignal.Set();
                return null;
            case CopyOutcome.SpoolFull:
                return FailReasons.SpoolFull;
            case CopyOutcome.SpoolDiffers:
                return FailReasons.SpoolDiffers;
            case CopyOutcome.SourceChanged or CopyOutcome.SourceGone or CopyOutcome.SourceUnreadable:
                return FailReasons.ReadError;
            case CopyOutcome.AlreadyHere:
                throw new InvalidOperationException("An upload is never recognised by its head.");
        }
        throw new UnreachableException();
    }

    /// <summary>The uploaded file as 02 wants it. The intake's id is noted first: after a crash it tells whether the durable line was crossed.</summary>
    private FootageFile Prepare(Upload upload)
    {
        folder.SetModified(upload.Record.Id, upload.Record.Modified);
        upload.Record = upload.Record with { Intake = IntakeId.New(time.GetUtcNow()) };
        folder.Write(upload.Record);
        var record = upload.Record;
        return new FootageFile
        {
            SlotPath = folder.Of(record.Id),
            UploadedAs = Encoding.UTF8.GetBytes(UploadFolder.Bytes),
            RawPath = record.RawName,
            Stat = folder.StatOf(record.Id),
            Intake = record.Intake,
            Session = record.Session,
            Source = UploadSessions.Source,
            Uploader = record.Uploader,
            Recorder = UploadSessions.RecorderOf(record.Uploader),
            Attached = record.Attached,
            Name = profiles.Match(Encoding.UTF8.GetString(record.RawName)),
        };
    }

    private async Task TidyAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(s_look, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                Tidy();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogNotTidied(logger, e);
            }
        }
    }

    /// <summary>One look at what has to end.</summary>
    internal void Tidy()
    {
        uploads.Expire();
        sessions.End(uploads.All);
    }

    [LoggerMessage(2101, LogLevel.Information, "Upload: {Outcome}, {SizeBytes} bytes in {ElapsedMs} ms, session {Session}")]
    private static partial void LogTaken(ILogger logger, CopyOutcome outcome, long sizeBytes, long elapsedMs, SessionId session);

    [LoggerMessage(2102, LogLevel.Error, "An upload of session {Session} could not be taken in; its bytes are kept, and it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e, SessionId session);

    [LoggerMessage(1104, LogLevel.Warning, "Expired uploads or sessions could not be ended; it is tried again")]
    private static partial void LogNotTidied(ILogger logger, Exception e);
}
