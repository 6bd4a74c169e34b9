using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.States;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Wakes workers through Hangfire. Api runs no jobs; a wake that can't be sent is made up for by the sweeper.</summary>
internal sealed partial class ClipWaker(IBackgroundJobClient jobs, ILogger<ClipWaker> logger) : IClipWaker
{
    public void Wake(ClipId clip, string queue) => Send(() => jobs.Create<IClipJobs>(work => work.AdvanceAsync(clip.Value, CancellationToken.None), new EnqueuedState(queue)));

    public void WakeVerification(VerificationId verification) =>
        Send(() => jobs.Create<IClipJobs>(work => work.VerifyAsync(verification.Value, CancellationToken.None), new EnqueuedState(WorkQueues.Verify)));

    /// <summary>A client only: schema and tables are made by <c>ingest migrate</c>, under the same key <c>Work:HangfireSchema</c>.</summary>
    public static IBackgroundJobClient Client(string connectionString, string schema) => new BackgroundJobClient(new PostgreSqlStorage(
        new Hangfire.PostgreSql.Factories.NpgsqlConnectionFactory(
            connectionString, new PostgreSqlStorageOptions { PrepareSchemaIfNecessary = false }),
        new PostgreSqlStorageOptions { PrepareSchemaIfNecessary = false, SchemaName = schema }));

    private void Send(Action send)
    {
        try
        {
            send();
        }
        catch (Exception e) when (e is BackgroundJobClientException or Npgsql.NpgsqlException or InvalidOperationException)
        {
            LogNotSent(logger, e);
        }
    }

    [LoggerMessage(9302, LogLevel.Warning, "A worker couldn't be woken; the sweeper will do it")]
    private static partial void LogNotSent(ILogger logger, Exception exception);
}
