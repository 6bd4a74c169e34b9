namespace YaoAn.Tests.Station;

/// <summary>What a test wants different from the usual station.</summary>
public sealed record StationSettings
{
    public int Slots { get; init; } = 8;

    /// <summary>Also issue the link to the sample.</summary>
    public bool Sample { get; init; }

    /// <summary>Whether Api is started too.</summary>
    public bool WithPages { get; init; } = true;

    /// <summary>Whether Ingest is started; else <see cref="IngestUrl"/> says whom Api asks.</summary>
    public bool WithIngest { get; init; } = true;

    /// <summary>A stand-in for Ingest's endpoint.</summary>
    public Uri? IngestUrl { get; init; }

    /// <summary>Files settle faster than on a real station, so that tests end sooner.</summary>
    public bool Quick { get; init; } = true;

    /// <summary>Further keys of the programs.</summary>
    public IReadOnlyDictionary<string, string> More { get; init; } = new Dictionary<string, string>();
}
