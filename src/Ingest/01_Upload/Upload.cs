using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>One upload as it is now.</summary>
internal sealed class Upload(UploadRecord record, long offset, DateTimeOffset lastAdded) : IDisposable
{
    private long _offset = offset, _checked, _lastAddedTicks = lastAdded.UtcTicks;
    private volatile UploadRecord _record = record;

    /// <summary>Changed by <see cref="Uploads"/> and <see cref="TakeUploads"/> only, on disk first.</summary>
    public UploadRecord Record
    {
        get => _record;
        set => _record = value;
    }

    /// <summary>Held by whoever adds bytes, takes them in, or removes them.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Stops whoever adds bytes: its sender gave it up.</summary>
    public CancellationTokenSource GivenUp { get; } = new();

    /// <summary>Whether bytes are coming in at this moment.</summary>
    public volatile bool IsActive;

    /// <summary>Code of what holds it up.</summary>
    public volatile string? Reason;

    /// <summary>From the durable line on; null where the journal has forgotten it.</summary>
    public volatile LiveIntake? Intake;

    /// <summary>The clip, once it is known.</summary>
    public ClipId? Clip { get; set; }

    /// <summary>Bytes on disk.</summary>
    public long OffsetBytes
    {
        get => Volatile.Read(ref _offset);
        set => Volatile.Write(ref _offset, value);
    }

    /// <summary>Bytes that 02 has copied.</summary>
    public long CheckedBytes
    {
        get => Volatile.Read(ref _checked);
        set => Volatile.Write(ref _checked, value);
    }

    /// <summary>When bytes last came, or the upload began.</summary>
    public DateTimeOffset LastAdded
    {
        get => new(Volatile.Read(ref _lastAddedTicks), TimeSpan.Zero);
        set => Volatile.Write(ref _lastAddedTicks, value.UtcTicks);
    }

    /// <summary>Whether every byte is here.</summary>
    public bool IsWhole => Record.Kept is not null || OffsetBytes == Record.SizeBytes;

    /// <summary>Where it is. 'Stored' takes what a green tile takes: a read-back, or the catalog's word, in this process.</summary>
    public UploadState State => Record.Kept is null
        ? IsWhole ? UploadState.Received : UploadState.Uploading
        : Intake switch
        {
            { Damaged: true } => UploadState.Damaged,
            { State: IntakeState.Stored, Confirmed: true } => UploadState.Stored,
            _ => UploadState.Kept,
        };

    public void Dispose()
    {
        Turn.Dispose();
        GivenUp.Dispose();
    }
}
