using System.Globalization;
using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>How far an intake is, as the station knows it without the database.</summary>
internal enum IntakeState
{
    /// <summary>Behind the durable line.</summary>
    Spooled,

    /// <summary>In the catalog.</summary>
    Registered,

    /// <summary>Its clip is stored and read back; the spooled copy may be gone.</summary>
    Stored,
}

/// <summary>An intake in the journal.</summary>
internal sealed record JournalIntake(IntakeId Intake, SessionId Session, IntakeState State, ClipId? Clip, bool Duplicate, long Size);

/// <summary>A session in the journal.</summary>
internal sealed record JournalSession
{
    public required SessionId Session { get; init; }

    /// <summary>Null for uploads.</summary>
    public int? Slot { get; init; }

    public required string Source { get; init; }

    /// <summary>Who sends files by a browser.</summary>
    public Uploader? Uploader { get; init; }

    public RecorderIdentity? Recorder { get; set; }

    public required DateTimeOffset Attached { get; init; }

    public DateTimeOffset? Detached { get; set; }

    public bool Early { get; set; }

    public int Missing { get; set; }

    /// <summary>Room on the recorder when it was last looked at; null where that can't be known.</summary>
    public VolumeSpace? Space { get; set; }
}

/// <summary>A copy that was interrupted and can go on where it ended.</summary>
/// <param name="Intake">Its folder in the spool.</param>
/// <param name="RecorderKey">Recorder.</param>
/// <param name="RawPath">File on it.</param>
/// <param name="Stat">Its state, which must be the same still.</param>
/// <param name="Head">Digest of its first 64 KiB.</param>
/// <param name="CopiedBytes">Bytes that lie in the spool, synced.</param>
/// <param name="Copied">Digest of these bytes as they were read from the recorder.</param>
internal sealed record PartialCopy(
    IntakeId Intake, string RecorderKey, byte[] RawPath, FileStat Stat, Sha256Digest Head, long CopiedBytes, Sha256Digest Copied);

/// <summary>
/// The station's own memory, in SQLite, so that docking needs no server: sessions, which files were taken in before, how far each intake
/// is. It is not the durable line (that is <c>intake.json</c>): lost, it is rebuilt from the spool and the catalog, at the price of
/// copying some files a second time. SQL of the journal stands here alone.
/// </summary>
internal sealed class JournalTable : IDisposable
{
    /// <summary>Sessions that <see cref="UnwrittenSessions"/> gives at most.</summary>
    public const int SessionsAtOnce = 100;

    /// <summary>What stands in the column of sessions without a slot, which older journals don't let be empty.</summary>
    private const int NoSlot = 0;

    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    // The catalog's types set it too, but docking may never touch them.
    static JournalTable() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public JournalTable(IOptions<DataOptions> data)
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(data.Value.JournalFile)!);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = data.Value.JournalFile, DefaultTimeout = 30 }.ToString());
        _connection.Open();
        _connection.Execute(
            """
            pragma journal_mode = wal;
            pragma synchronous = normal;
            create table if not exists session (
              session_id text primary key, slot integer not null, source text not null,
              recorder_key text, recorder_serial text, recorder_by text,
              attached text not null, detached text, early integer not null default 0, missing integer not null default 0,
              written integer not null default 0);
            create index if not exists session_unwritten on session (written) where written = 0;
            create table if not exists intake (
              intake_id text primary key, session_id text not null, recorder_key text not null, raw_path blob not null,
              size integer not null, modified text not null, head blob not null, state integer not null, clip_id text,
              duplicate integer not null default 0, sidecar integer not null default 0);
            create index if not exists intake_sighting on intake (recorder_key, raw_path);
            create index if not exists intake_open on intake (state) where state < 2;
            create index if not exists intake_clip on intake (clip_id) where clip_id is not null;
            create table if not exists partial (
              intake_id text primary key, recorder_key text not null, raw_path blob not null, size integer not null, modified text not null,
              head blob not null, copied integer not null, sha256 blob not null, at text not null);
            create index if not exists partial_file on partial (recorder_key, raw_path);
            create table if not exists skipped (
              session_id text not null, raw_path blob not null, display_path text not null, reason text not null,
              size integer not null, modified text not null, at text not null,
              primary key (session_id, raw_path));
            create table if not exists holder (serial text primary key, number text not null, name text not null);
            """);
        AddColumn("session", "account_id", "text");
        AddColumn("session", "account", "text");
        AddColumn("session", "free_bytes", "integer");
        AddColumn("session", "total_bytes", "integer");
    }

    /// <summary>The session of a slot that a restart found still open, or null.</summary>
    public JournalSession? OpenSession(int slot)
    {
        lock (_gate)
        {
            return _connection.Query<SessionRow>(
                """
                select session_id, slot, source, recorder_key, recorder_serial, recorder_by, attached, detached, early, missing, free_bytes, total_bytes, account_id, account
                from session where slot = @slot and source = 'dock' and detached is null order by attached desc limit 1
                """,
                new { slot }).Select(row => row.ToSession()).FirstOrDefault();
        }
    }

    /// <summary>Sessions of a source that have not ended.</summary>
    public IReadOnlyList<JournalSession> OpenSessions(string source)
    {
        lock (_gate)
        {
            return [.. _connection.Query<SessionRow>(
                """
                select session_id, slot, source, recorder_key, recorder_serial, recorder_by, attached, detached, early, missing, free_bytes, total_bytes, account_id, account
                from session where source = @source and detached is null
                """,
                new { source }).Select(row => row.ToSession())];
        }
    }

    /// <summary>Writes a session; the catalog gets it with the next replay.</summary>
    public void Write(JournalSession session)
    {
        lock (_gate)
        {
            Write(
                """
                insert into session (session_id, slot, source, recorder_key, recorder_serial, recorder_by, attached, detached, early, missing, free_bytes, total_bytes, account_id, account)
                values (@Session, @Slot, @Source, @Key, @Serial, @By, @Attached, @Detached, @Early, @Missing, @FreeBytes, @TotalBytes, @Account, @AccountName)
                on conflict (session_id) do update set
                  recorder_key = excluded.recorder_key, recorder_serial = excluded.recorder_serial, recorder_by = excluded.recorder_by,
                  detached = excluded.detached, early = excluded.early, missing = excluded.missing,
                  free_bytes = excluded.free_bytes, total_bytes = excluded.total_bytes, written = 0
                """,
                new
                {
                    Session = session.Session.ToString(),
                    Slot = session.Slot ?? NoSlot,
                    session.Source,
                    session.Recorder?.Key,
                    session.Recorder?.Serial,
                    session.Recorder?.By,
                    Attached = Text(session.Attached),
                    Detached = session.Detached is { } detached ? Text(detached) : null,
                    session.Early,
                    session.Missing,
                    session.Space?.FreeBytes,
                    session.Space?.TotalBytes,
                    Account = session.Uploader?.Account.ToString(),
                    AccountName = session.Uploader?.Name,
                });
        }
    }

    /// <summary>Sessions whose present state the catalog lacks, once their recorder is known.</summary>
    public IReadOnlyList<JournalSession> UnwrittenSessions()
    {
        lock (_gate)
        {
            return [.. _connection.Query<SessionRow>(
                """
                select session_id, slot, source, recorder_key, recorder_serial, recorder_by, attached, detached, early, missing, free_bytes, total_bytes, account_id, account
                from session where written = 0 and recorder_key is not null order by attached limit @SessionsAtOnce
                """,
                new { SessionsAtOnce }).Select(row => row.ToSession())];
        }
    }

    /// <summary>The catalog has this state of the session with so many skipped files; nothing is noted where it moved on meanwhile.</summary>
    public void MarkWritten(JournalSession session, int skipped)
    {
        lock (_gate)
        {
            Write(
                """
                update session set written = 1
                where session_id = @Session and detached is @Detached and recorder_key is @Key and free_bytes is @FreeBytes
                  and (select count(*) from skipped where skipped.session_id = session.session_id) = @skipped
                """,
                new { Session = session.Session.ToString(), Detached = session.Detached is { } detached ? Text(detached) : null, session.Recorder!.Key, session.Space?.FreeBytes, skipped });
        }
    }

    /// <summary>
    /// The catalog may have lost whatever this journal told it: sessions are due to be written again, and intakes that wait for 04 to be
    /// registered again. Both are idempotent.
    /// </summary>
    public void TellAgain()
    {
        lock (_gate)
            Write("""update session set written = 0; update intake set state = 0 where state = 1;""");
    }

    /// <summary>Notes files that were left out, in one go: a card may have thousands.</summary>
    public void WriteSkipped(IReadOnlyList<SkippedFileRow> left)
    {
        if (left.Count == 0)
            return;
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            Write(
                """
                insert into skipped (session_id, raw_path, display_path, reason, size, modified, at)
                values (@Session, @RawPath, @DisplayPath, @Reason, @SizeBytes, @Modified, @At)
                on conflict (session_id, raw_path) do nothing
                """,
                left.Select(skipped => new
                {
                    Session = skipped.SessionId.ToString(),
                    skipped.RawPath,
                    skipped.DisplayPath,
                    skipped.Reason,
                    skipped.SizeBytes,
                    Modified = Text(skipped.ModifiedAt),
                    At = Text(skipped.At),
                }),
                transaction);
            Write(
                """
                update session set written = 0 where session_id = @session
                """,
                left.Select(skipped => skipped.SessionId.ToString()).Distinct().Select(session => new { session }),
                transaction);
            FaultPoint.Pass("commit", "journal");
            transaction.Commit();
        }
    }

    /// <summary>Notes how far an interrupted copy came; its bytes lie in the spool, synced.</summary>
    public void WritePartial(PartialCopy partial, DateTimeOffset now)
    {
        lock (_gate)
        {
            Write(
                """
                insert into partial (intake_id, recorder_key, raw_path, size, modified, head, copied, sha256, at)
                values (@Intake, @Key, @RawPath, @Size, @Modified, @Head, @Copied, @Sha256, @At)
                on conflict (intake_id) do update set copied = excluded.copied, sha256 = excluded.sha256, at = excluded.at
                """,
                new
                {
                    Intake = partial.Intake.ToString(),
                    Key = partial.RecorderKey,
                    partial.RawPath,
                    Size = partial.Stat.SizeBytes,
                    Modified = Text(partial.Stat.Modified),
                    Head = partial.Head.Bytes.ToArray(),
                    Copied = partial.CopiedBytes,
                    Sha256 = partial.Copied.Bytes.ToArray(),
                    At = Text(now),
                });
        }
    }

    /// <summary>The interrupted copy of just this file that came furthest, or null.</summary>
    public PartialCopy? FindPartial(string recorderKey, byte[] rawPath, FileStat stat, Sha256Digest head)
    {
        lock (_gate)
        {
            return _connection.Query<(string Intake, long Copied, byte[] Sha256)>(
                """
                select intake_id, copied, sha256 from partial
                where recorder_key = @recorderKey and raw_path = @rawPath and size = @SizeBytes and modified = @Modified and head = @Head
                order by copied desc limit 1
                """,
                new { recorderKey, rawPath, stat.SizeBytes, Modified = Text(stat.Modified), Head = head.Bytes.ToArray() })
                .Select(row => new PartialCopy(IntakeId.Parse(row.Intake), recorderKey, rawPath, stat, head, row.Copied, Sha256Digest.From(row.Sha256)))
                .FirstOrDefault();
        }
    }

    /// <summary>Interrupted copies that were noted since a time.</summary>
    public IReadOnlyList<IntakeId> Partials(DateTimeOffset since)
    {
        lock (_gate)
        {
            return [.. _connection.Query<string>(
                """select intake_id from partial where at >= @since order by at""", new { since = Text(since) }).Select(IntakeId.Parse)];
        }
    }

    /// <summary>Forgets an interrupted copy: it is whole now, or of no use.</summary>
    public void ForgetPartial(IntakeId intake)
    {
        lock (_gate)
            Write("""delete from partial where intake_id = @intake""", new { intake = intake.ToString() });
    }

    /// <summary>Files of a session that were left out.</summary>
    public IReadOnlyList<SkippedFileRow> Skipped(SessionId session)
    {
        lock (_gate)
        {
            return [.. _connection.Query<(string Session, byte[] RawPath, string DisplayPath, string Reason, long Size, string Modified, string At)>(
                """select session_id, raw_path, display_path, reason, size, modified, at from skipped where session_id = @session""",
                new { session = session.ToString() }).Select(row => new SkippedFileRow(
                    session, row.RawPath, row.DisplayPath, row.Reason, row.Size, Time(row.Modified), Time(row.At)))];
        }
    }

    /// <summary>Notes an intake behind the durable line; one that is noted already stays as it is.</summary>
    public void WriteSpooled(IntakeManifest manifest)
    {
        lock (_gate)
        {
            Write(
                """
                insert into intake (intake_id, session_id, recorder_key, raw_path, size, modified, head, state, sidecar)
                values (@Intake, @Session, @Key, @RawPath, @Size, @Modified, @Head, 0, @Sidecar)
                on conflict (intake_id) do nothing
                """,
                new
                {
                    Intake = manifest.Intake.ToString(),
                    Session = manifest.Session.ToString(),
                    manifest.Recorder.Key,
                    manifest.RawPath,
                    manifest.Size,
                    Modified = Text(manifest.Modified),
                    Head = manifest.Head.Bytes.ToArray(),
                    Sidecar = manifest.SidecarOf is not null,
                });
        }
    }

    /// <summary>The catalog has the intake.</summary>
    public void MarkRegistered(IntakeId intake, ClipId clip, bool duplicate)
    {
        lock (_gate)
        {
            Write(
                """
                update intake set state = max(state, 1), clip_id = @clip, duplicate = @duplicate where intake_id = @intake
                """,
                new { intake = intake.ToString(), clip = clip.ToString(), duplicate });
        }
    }

    /// <summary>The intake's clip is stored and read back.</summary>
    public void MarkStored(IntakeId intake)
    {
        lock (_gate)
            Write("""update intake set state = 2 where intake_id = @intake""", new { intake = intake.ToString() });
    }

    /// <summary>An intake, or null.</summary>
    public JournalIntake? Find(IntakeId intake)
    {
        lock (_gate)
        {
            return Intakes(
                """select intake_id, session_id, state, clip_id, duplicate, size from intake where intake_id = @intake""",
                new { intake = intake.ToString() }).FirstOrDefault();
        }
    }

    /// <summary>
    /// Intakes that are not stored yet, those that the catalog lacks first: with the store away for days they must still get there. Sessions take turns, so that three
    /// files don't wait behind another recorder's ten thousand; of one session recordings come before what belongs to them.
    /// </summary>
    public IReadOnlyList<JournalIntake> Open()
    {
        lock (_gate)
        {
            return Intakes(
                """
                select intake_id, session_id, state, clip_id, duplicate, size
                from (select *, row_number() over (partition by state, session_id order by sidecar, intake_id) as turn from intake where state < 2)
                order by state, turn, intake_id limit 1000
                """,
                new { });
        }
    }

    /// <summary>Intakes of a clip on this station.</summary>
    public IReadOnlyList<JournalIntake> OfClip(ClipId clip)
    {
        lock (_gate)
        {
            return Intakes(
                """select intake_id, session_id, state, clip_id, duplicate, size from intake where clip_id = @clip order by intake_id""",
                new { clip = clip.ToString() });
        }
    }

    /// <summary>
    /// The intake of a file that was taken in before: same recorder or slot, raw path, size, mtime and digest of the first 64 KiB.
    /// </summary>
    public IntakeId? FindKnown(string recorderKey, byte[] rawPath, FileStat stat, Sha256Digest head)
    {
        lock (_gate)
        {
            var found = _connection.QueryFirstOrDefault<string>(
                """
                select intake_id from intake
                where recorder_key = @recorderKey and raw_path = @rawPath and size = @SizeBytes and modified = @Modified and head = @Head
                order by state desc limit 1
                """,
                new { recorderKey, rawPath, stat.SizeBytes, Modified = Text(stat.Modified), Head = head.Bytes.ToArray() });
            return found is null ? null : IntakeId.Parse(found);
        }
    }

    /// <summary>Forgets an intake whose spooled copy was lost before it was stored, so that its file is copied again.</summary>
    public void Forget(IntakeId intake)
    {
        lock (_gate)
            Write("""delete from intake where intake_id = @intake and state < 2""", new { intake = intake.ToString() });
    }

    /// <summary>Who had which recorder when the catalog last told.</summary>
    public IReadOnlyList<Holding> Holders()
    {
        lock (_gate)
        {
            return [.. _connection.Query<(string Serial, string Number, string Name)>("""select serial, number, name from holder""")
                .Select(row => new Holding(row.Serial, row.Number, row.Name))];
        }
    }

    /// <summary>Writes what the catalog tells now in place of what it told before.</summary>
    public void WriteHolders(IReadOnlyList<Holding> holders)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            _connection.Execute("""delete from holder""", transaction: transaction);
            _connection.Execute("""insert into holder (serial, number, name) values (@Serial, @Number, @Name)""", holders, transaction);
            transaction.Commit();
        }
    }

    public void Dispose() => _connection.Dispose();

    private void Write(string sql, object? parameters = null, SqliteTransaction? transaction = null, [CallerMemberName] string member = "")
    {
        FaultPoint.Pass("journal", "write", member);
        _connection.Execute(sql, parameters, transaction);
        FaultPoint.Pass("journalled", "write", member);
    }

    /// <summary>A journal of an older version gets its new columns; SQLite has no 'add column if not exists'.</summary>
    private void AddColumn(string table, string column, string type)
    {
        if (HasColumn(table, column))
            return;
        try
        {
            _connection.Execute($"alter table {table} add column {column} {type}");
        }
        catch (SqliteException) when (HasColumn(table, column))
        {
            // Another process that opened the journal at the same moment was first.
        }
    }

    private bool HasColumn(string table, string column) =>
        _connection.ExecuteScalar<long>("""select count(*) from pragma_table_info(@table) where name = @column""", new { table, column }) > 0;

    private List<JournalIntake> Intakes(string sql, object parameters) =>
        _connection.Query<(string Intake, string Session, long State, string? Clip, long Duplicate, long Size)>(sql, parameters)
            .Select(row => new JournalIntake(
                IntakeId.Parse(row.Intake),
                SessionId.Parse(row.Session),
                (IntakeState)row.State,
                row.Clip is null ? null : ClipId.Parse(row.Clip),
                row.Duplicate != 0,
                row.Size))
            .ToList();

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private sealed class SessionRow
    {
        public required string SessionId { get; init; }

        public required long Slot { get; init; }

        public required string Source { get; init; }

        public string? RecorderKey { get; init; }

        public string? RecorderSerial { get; init; }

        public string? RecorderBy { get; init; }

        public required string Attached { get; init; }

        public string? Detached { get; init; }

        public long Early { get; init; }

        public long Missing { get; init; }

        public long? FreeBytes { get; init; }

        public long? TotalBytes { get; init; }

        public string? AccountId { get; init; }

        public string? Account { get; init; }

        public JournalSession ToSession() => new()
        {
            Session = YaoAn.Catalog.SessionId.Parse(SessionId),
            Slot = Slot == NoSlot ? null : (int)Slot,
            Source = Source,
            Uploader = AccountId is null ? null : new Uploader(YaoAn.Catalog.AccountId.Parse(AccountId), Account!),
            Recorder = RecorderKey is null ? null : new RecorderIdentity(RecorderKey, RecorderSerial, RecorderBy!),
            Attached = Time(Attached),
            Detached = Detached is null ? null : Time(Detached),
            Early = Early != 0,
            Missing = (int)Missing,
            Space = FreeBytes is { } free && TotalBytes is { } total ? new VolumeSpace(free, total) : null,
        };
    }
}
