using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What one call of <see cref="ClipPipeline.AdvanceAsync"/> did.</summary>
internal enum AdvanceOutcome
{
    /// <summary>The clip went one stage on.</summary>
    Advanced,

    /// <summary>It is at the last stage that this program knows, or there is no such clip.</summary>
    NothingToDo,

    /// <summary>Another worker is at it.</summary>
    TakenElsewhere,

    /// <summary>The next step needs what only another station has.</summary>
    NotHere,

    /// <summary>The step failed; it is tried again later.</summary>
    PutOff,
}

/// <summary>
/// The way of a clip behind the durable line, in one place: read the stage, do that stage's step, move on, wake the next. The records
/// (<see cref="RegisteredClip"/> → <see cref="StoredClip"/> → <see cref="ProbedClip"/> → <see cref="PreviewedClip"/> → <see cref="LinkedClip"/>) make a wrong order a
/// compile error. Before the line: 01 <see cref="SlotWatcher"/>, 02 <see cref="CopyFile"/>, 03 <see cref="RegisterSpooled"/>.
/// </summary>
internal sealed partial class ClipPipeline(
    StoreClip store,
    ProbeClip probe,
    PreviewClip preview,
    LinkClip link,
    ClipTable clips,
    MediaTable media,
    VerificationTable verifications,
    WorkTable work,
    IClipWaker waker,
    IOptions<WorkOptions> options,
    TimeProvider time,
    ILogger<ClipPipeline> logger)
{
    /// <summary>SQLSTATE class of a server that is being stopped (PostgreSQL, appendix A).</summary>
    private const string OperatorIntervention = "57";

    /// <summary>The station's journal learns of a clip a moment after the catalog: so many times what isn't here is looked for again soon.</summary>
    private const int EarlyLooks = 3;

    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_environmentPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_damagedPause = TimeSpan.FromHours(1);

    /// <summary>Does the next step of a clip. Any number of calls, by any number of workers, in any order, end in the same state.</summary>
    public async Task<AdvanceOutcome> AdvanceAsync(ClipId id, CancellationToken ct)
    {
        if (await clips.FindForWorkAsync(id, ct) is not { Stage: < ClipStage.Linked })
            return AdvanceOutcome.NothingToDo;
        if (await work.TakeAsync(id, options.Value.Lease, time.GetUtcNow(), ct) is not { } lease)
            return AdvanceOutcome.TakenElsewhere;
        await using var heartbeat = new Heartbeat(
            options.Value.Lease, token => work.RenewAsync(lease, time.GetUtcNow() + options.Value.Lease, token), time, ct);
        // Read again under the lease: another worker may have moved it in between.
        var clip = (await clips.FindForWorkAsync(id, heartbeat.Token))!;
        return await StepAsync(clip, lease, heartbeat.Token);
    }

    private async Task<AdvanceOutcome> StepAsync(ClipRow clip, WorkLease lease, CancellationToken ct)
    {
        try
        {
            var (moved, next) = clip.Stage switch
            {
                ClipStage.Registered => (await store.RunAsync(RegisteredOf(clip), ct) is not null, WorkQueues.Media),
                ClipStage.Stored => (true, WorkQueues.After(ClipStage.Probed, (await probe.RunAsync(StoredOf(clip), ct)).Media?.Plays)),
                ClipStage.Probed => (await preview.RunAsync(await ProbedOfAsync(clip, ct), ct) is not null, WorkQueues.Media),
                ClipStage.Previewed => (await link.RunAsync(PreviewedOf(clip), ct) is not null, (string?)null),
                ClipStage.Linked => (false, null),
            };
            var now = time.GetUtcNow();
            // The lease is given back and the next step woken even when the process is told to stop: the work is done.
            await work.DoneAsync(lease, now + (moved || lease.Token > EarlyLooks ? options.Value.Patience : s_moment), CancellationToken.None);
            if (!moved)
                return clip.Stage < ClipStage.Linked ? AdvanceOutcome.NotHere : AdvanceOutcome.NothingToDo;
            if (next is not null)
                waker.Wake(clip.ClipId, next);
            return AdvanceOutcome.Advanced;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await work.FailedAsync(lease, time.GetUtcNow(), "interrupted", isAttempt: false, CancellationToken.None);
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return await PutOffAsync(clip, lease, e);
        }
    }

    /// <summary>
    /// A missing store, database or sandbox is waited for without end and counts as no attempt; an input that fails by itself is given to a
    /// person after a few, so that it never blocks the lane.
    /// </summary>
    private async Task<AdvanceOutcome> PutOffAsync(ClipRow clip, WorkLease lease, Exception cause)
    {
        LogFailed(logger, cause, clip.ClipId, clip.Stage, lease.Attempts);
        var now = time.GetUtcNow();
        switch (cause)
        {
            case StoreUnavailableException or SandboxUnavailableException:
            case NpgsqlException e when e.IsTransient || e.SqlState?.StartsWith(OperatorIntervention, StringComparison.Ordinal) == true:
                await work.FailedAsync(lease, now + s_environmentPause, cause.Message, isAttempt: false, CancellationToken.None);
                return AdvanceOutcome.PutOff;
            case CorruptOriginalException:
                // Recorded as damage already; each further try reads everything again, so they are rare.
                await work.FailedAsync(lease, now + s_damagedPause, cause.Message, isAttempt: true, CancellationToken.None);
                return AdvanceOutcome.PutOff;
            case ObjectMissingException:
                await AskForVerificationAsync(clip.ClipId, now);
                await work.FailedAsync(lease, now + s_damagedPause, cause.Message, isAttempt: true, CancellationToken.None);
                return AdvanceOutcome.PutOff;
            case not null when clip.Stage is ClipStage.Stored or ClipStage.Probed && lease.Attempts >= options.Value.Attempts:
                await (clip.Stage == ClipStage.Stored
                    ? probe.GiveUpAsync(StoredOf(clip), CancellationToken.None)
                    : preview.GiveUpAsync(await ProbedOfAsync(clip, CancellationToken.None), CancellationToken.None));
                await work.DoneAsync(lease, now + options.Value.Patience, CancellationToken.None);
                waker.Wake(clip.ClipId, WorkQueues.Media);
                return AdvanceOutcome.Advanced;
            default:
                var pause = TimeSpan.FromSeconds(Math.Min(s_longestPause.TotalSeconds, 5 * Math.Pow(2, Math.Min(lease.Attempts, 10))));
                await work.FailedAsync(lease, now + pause, cause!.Message, isAttempt: true, CancellationToken.None);
                return AdvanceOutcome.PutOff;
        }
    }

    /// <summary>A stored object that is gone is a finding of 09: it is recorded there, turns the clip red and leaves an event.</summary>
    private async Task AskForVerificationAsync(ClipId clip, DateTimeOffset now)
    {
        var running = await verifications.RequestAsync(clip, VerificationReasons.OnDemand, by: null, now, CancellationToken.None);
        waker.WakeVerification(running.VerificationId);
    }

    private static RegisteredClip RegisteredOf(ClipRow clip) =>
        new(clip.ClipId, clip.Sha256, clip.SizeBytes, clip.Kind, clip.DisplayName, clip.ReceivedAt);

    private static StoredClip StoredOf(ClipRow clip) => new(clip.ClipId, clip.Sha256, clip.SizeBytes, clip.Kind, clip.DisplayName);

    private static PreviewedClip PreviewedOf(ClipRow clip) => new(clip.ClipId, clip.PreviewState);

    private async Task<ProbedClip> ProbedOfAsync(ClipRow clip, CancellationToken ct) =>
        new(clip.ClipId, clip.Sha256, await media.FindAsync(clip.ClipId, ct));

    [LoggerMessage(1, LogLevel.Warning, "Clip {Clip} at {Stage}: the next step failed, attempt {Attempt}")]
    private static partial void LogFailed(ILogger logger, Exception e, ClipId clip, ClipStage stage, int attempt);
}
