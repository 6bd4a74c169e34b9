using Hangfire;
using Hangfire.States;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Wakes through Hangfire. A wake that fails is logged and made up for by the sweeper: it never fails the step that made it.</summary>
internal sealed partial class HangfireWaker(IBackgroundJobClient client, ILogger<HangfireWaker> logger) : IClipWaker
{
    public void Wake(ClipId clip, string queue) =>
        Try(() => client.Create<IClipJobs>(jobs => jobs.AdvanceAsync(clip.Value, CancellationToken.None), new EnqueuedState(queue)));

    public void WakeVerification(VerificationId verification) => Try(() =>
        client.Create<IClipJobs>(jobs => jobs.VerifyAsync(verification.Value, CancellationToken.None), new EnqueuedState(WorkQueues.Verify)));

    private void Try(Action create)
    {
        try
        {
            FaultPoint.Pass("wake", "job");
            create();
        }
        catch (BackgroundJobClientException e)
        {
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "A wake was lost; the sweeper makes up for it")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
