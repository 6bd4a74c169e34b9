namespace YaoAn.Catalog;

/// <summary>
/// What a job may be: "look at this, do the next step". Arguments are ids; the truth is in the catalog, so a job that is lost or run
/// twice does no harm. Hangfire carries the call; Ingest does it.
/// </summary>
public interface IClipJobs
{
    /// <summary>Does the next step of a clip, if one is due.</summary>
    Task AdvanceAsync(Guid clip, CancellationToken ct);

    /// <summary>Carries out a verification that was asked for.</summary>
    Task VerifyAsync(Guid verification, CancellationToken ct);
}

/// <summary>Wakes workers. A wake that is lost is made up for by the sweeper within a minute or two.</summary>
public interface IClipWaker
{
    /// <summary>Somebody should look at this clip.</summary>
    /// <param name="clip">Clip.</param>
    /// <param name="queue">One of <see cref="WorkQueues"/>.</param>
    void Wake(ClipId clip, string queue);

    /// <summary>A verification was written and waits.</summary>
    void WakeVerification(VerificationId verification);
}

/// <summary>Queue names; Hangfire.PostgreSql takes them in the order of the alphabet, so they sort by urgency.</summary>
public static class WorkQueues
{
    /// <summary>Probing and previews.</summary>
    public const string Media = "b-media";

    /// <summary>Re-reading.</summary>
    public const string Verify = "c-verify";

    /// <summary>Previews of whole recordings, each of them minutes of work: a lane of its own, so that no small thing waits behind them.</summary>
    public const string Transcode = "d-transcode";

    /// <summary>Queue of the step that follows a stage.</summary>
    /// <param name="stage">Stage.</param>
    /// <param name="plays">See <see cref="ClipRow.Plays"/>; null where it isn't known.</param>
    public static string After(ClipStage stage, string? plays) => (stage, plays) is (ClipStage.Probed, "needs-preview") ? Transcode : Media;
}
