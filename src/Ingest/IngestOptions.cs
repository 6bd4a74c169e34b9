using System.ComponentModel.DataAnnotations;

namespace YaoAn.Ingest;

/// <summary>What this station is. Section <c>Station</c>.</summary>
internal sealed class StationOptions
{
    public const string Section = "Station";

    /// <summary>Name in manifests and events; unique among stations, never changed.</summary>
    [Required, RegularExpression("[a-z0-9-]{1,40}")]
    public string Name { get; set; } = "station-1";

    /// <summary>Name on the board.</summary>
    public string Title { get; set; } = "1 号采集站";

    /// <summary>Whom an officer asks, e.g. a name and an extension; shown on red tiles.</summary>
    public string? Contact { get; set; }

    /// <summary>How officers' names stand on the open board.</summary>
    public BoardNames NamesOnBoard { get; set; } = BoardNames.Full;

    /// <summary>Count of folder slots <c>docks/slot-01</c> ….</summary>
    [Range(0, 64)]
    public int Slots { get; set; } = 8;

    /// <summary>Mount points of recorders; each is one slot after the folder slots, attached while something is mounted there.</summary>
    public IList<string> MountRoots { get; } = [];

    /// <summary>URL of the station's own endpoint (board, spooled originals): loopback.</summary>
    public Uri? Listen { get; set; }

    /// <summary>How often a slot is looked at.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A file whose size and mtime stay equal this long is no longer being written.</summary>
    public TimeSpan QuietPeriod { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A slot whose files are all spooled turns amber after this time without progress of 04.</summary>
    public TimeSpan StagedAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A recorder that gives no answer for so long hangs: its slot turns red, and the others go on without it.</summary>
    public TimeSpan HangsAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a tile keeps its result after undocking.</summary>
    public TimeSpan SummaryFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the strip of an early undocking stays.</summary>
    public TimeSpan AlertFor { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Copying from recorders. Section <c>Copy</c>.</summary>
internal sealed class CopyOptions
{
    public const string Section = "Copy";

    /// <summary>Files copied at once over all slots; 0 = twice the count of cores, so that half of them may wait for the disk.</summary>
    [Range(0, 64)]
    public int Parallel { get; set; }

    /// <summary>Free bytes of the spool's disk that are never used; 0 = the smaller of 10 % and 20 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long ReserveBytes { get; set; }

    /// <summary>How often a file that changed or could not be read is tried before it is given up for this session.</summary>
    [Range(1, 20)]
    public int Attempts { get; set; } = 3;

    /// <summary>Not to be configured: a benchmark measures the copy without the second read.</summary>
    internal bool ReadsBack { get; set; } = true;

    public int AtOnce => Parallel == 0 ? 2 * Environment.ProcessorCount : Parallel;
}

/// <summary>Waking and repeating steps. Section <c>Work</c>.</summary>
internal sealed class WorkOptions
{
    public const string Section = "Work";

    /// <summary>How often the sweeper looks for clips that stand still.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A clip that was woken is not woken again by the sweeper for this long.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a worker may work on a clip without a sign of life.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long after it was stored an original may be deleted on a recorder whose model releases. The read that proves it then can't be answered by what the store
    /// kept in memory from the put.
    /// </summary>
    public TimeSpan ReleaseAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>When the nightly rota begins, local time of the bureau.</summary>
    public TimeSpan RotaAt { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How long a night's rota may read.</summary>
    public TimeSpan RotaFor { get; set; } = TimeSpan.FromHours(4);

    /// <summary>From when on the day's census is carried out, local time of the bureau.</summary>
    public TimeSpan CensusAt { get; set; } = TimeSpan.FromHours(5);

    /// <summary>Attempts of a step that fails by its input before a person has to look at it.</summary>
    [Range(1, 20)]
    public int Attempts { get; set; } = 3;

    /// <summary>PostgreSQL schema of Hangfire.</summary>
    [Required]
    public string HangfireSchema { get; set; } = "hangfire";

    /// <summary>Days an original is kept at least (公安机关现场执法视音频记录工作规定 §13: not under six months).</summary>
    [Range(183, 36_500)]
    public int RetentionDays { get; set; } = 183;
}
