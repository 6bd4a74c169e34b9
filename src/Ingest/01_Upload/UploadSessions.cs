using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Sessions of the source 'browser': the files of one visit of the upload page. A session ends when all its files are settled and no other
/// has come for a while; files that never came whole are its missing ones.
/// </summary>
internal sealed class UploadSessions(JournalTable journal, RegisterSignal signal, IOptions<UploadOptions> options, TimeProvider time)
{
    public const string Source = "browser";

    private readonly Dictionary<SessionId, Visit> _open = [];
    private readonly Lock _gate = new();

    /// <summary>
    /// At start: the sessions that an earlier run left open, and the visits that they belong to. One without any upload was begun for a file whose creation
    /// was cut off; its visit isn't known.
    /// </summary>
    public void Load(IEnumerable<UploadRecord> uploads)
    {
        var batches = uploads.DistinctBy(upload => upload.Session).ToDictionary(upload => upload.Session, upload => upload.Batch);
        lock (_gate)
        {
            foreach (var session in journal.OpenSessions(Source))
                _open[session.Session] = new Visit(session, batches.GetValueOrDefault(session.Session)) { LastBusy = time.GetUtcNow() };
        }
    }

    /// <summary>The session of a page visit; begins it with its first file.</summary>
    public JournalSession For(NewUpload wish, DateTimeOffset now)
    {
        lock (_gate)
        {
            var own = _open.Values.Where(open => open.Session.Uploader!.Account == wish.Uploader.Account).ToList();
            // A session whose first file was cut off by a crash is the next visit's: its sender asks again.
            var visit = own.Find(open => open.Batch == wish.Batch) ?? own.Find(open => open.Batch is null);
            if (visit is null)
            {
                visit = new Visit(SessionOf(wish.Uploader, now), wish.Batch);
                journal.Write(visit.Session);
                signal.Set();
                _open[visit.Session.Session] = visit;
            }
            visit.Batch = wish.Batch;
            visit.LastBusy = now;
            return visit.Session;
        }
    }

    /// <summary>A file of a session will never come.</summary>
    public void Lost(SessionId session)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(session, out var visit))
                return;
            visit.Session.Missing++;
            journal.Write(visit.Session);
        }
    }

    /// <summary>Ends the sessions that have nothing more to wait for.</summary>
    public void End(IEnumerable<Upload> uploads)
    {
        var now = time.GetUtcNow();
        var busy = uploads.Where(upload => upload.Record.Kept is null).Select(upload => upload.Record.Session).ToHashSet();
        lock (_gate)
        {
            foreach (var (id, visit) in _open.ToList())
            {
                if (busy.Contains(id))
                    visit.LastBusy = now;
                if (now - visit.LastBusy < options.Value.SessionEndsAfter)
                    continue;
                visit.Session.Detached = now;
                visit.Session.Early = visit.Session.Missing > 0;
                journal.Write(visit.Session);
                signal.Set();
                _open.Remove(id);
            }
        }
    }

    /// <summary>What a file was recorded with isn't known: its account stands in, so that the same file sent twice is seen to be the same.</summary>
    public static RecorderIdentity RecorderOf(Uploader uploader) => new($"account:{uploader.Account}", null, "none");

    private static JournalSession SessionOf(Uploader uploader, DateTimeOffset now) => new()
    {
        Session = SessionId.New(now),
        Source = Source,
        Uploader = uploader,
        Recorder = RecorderOf(uploader),
        Attached = now,
    };

    private sealed class Visit(JournalSession session, string? batch)
    {
        public JournalSession Session => session;

        /// <summary>Which visit of the page it is; null where that isn't known.</summary>
        public string? Batch { get; set; } = batch;

        public DateTimeOffset LastBusy { get; set; }
    }
}
