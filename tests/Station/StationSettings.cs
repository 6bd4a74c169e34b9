using YaoAn.Tests.Support;

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

    /// <summary>Program that takes the part of <c>ingest run</c>; verbs are always those of the real one.</summary>
    public string IngestProgram { get; init; } = Programs.Ingest;

    /// <summary>A stand-in for Ingest's endpoint.</summary>
    public Uri? IngestUrl { get; init; }

    /// <summary>Files settle faster than on a real station, so that tests end sooner.</summary>
    public bool Quick { get; init; } = true;

    /// <summary>
    /// Bucket of the S3 server that takes the place of the folder store; null for the folder. With <c>YAOAN_TEST_ON_S3=1</c> every station has a
    /// bucket of its own: the whole way of a clip once more on S3, but for tests that look into the store's folder.
    /// </summary>
    public string? Bucket { get; init; } = Environment.GetEnvironmentVariable("YAOAN_TEST_ON_S3") == "1" ? TestS3.NewBucketName() : null;

    /// <summary>Further keys of the programs.</summary>
    public IReadOnlyDictionary<string, string> More { get; init; } = new Dictionary<string, string>();
}
