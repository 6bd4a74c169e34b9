using System.Security.Cryptography;
using System.Text;
using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>Things that tests begin with.</summary>
public static class Given
{
    private static int s_count;

    /// <summary>An instant that all tests share: whole microseconds, as the catalog keeps them.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 11, 24, 1, 2, 3, TimeSpan.Zero);

    /// <summary>Everything is visible, footage too.</summary>
    public static Viewer Reviewer() => new(AccountId.New(Now), "reviewer", SeesAll: true, SeesSamples: false, SeesFootage: true);

    /// <summary>Sample clips only.</summary>
    public static Viewer SampleViewer() => new(AccountId.New(Now), "sample", SeesAll: false, SeesSamples: true, SeesFootage: true);

    /// <summary>Nothing is visible.</summary>
    public static Viewer Administrator() => new(AccountId.New(Now), "administrator", SeesAll: false, SeesSamples: false, SeesFootage: false);

    /// <summary>Bytes that no other call gives.</summary>
    public static byte[] Bytes(int length = 100) => [.. Encoding.ASCII.GetBytes($"{Interlocked.Increment(ref s_count):D10}"), .. RandomNumberGenerator.GetBytes(Math.Max(0, length - 10))];

    /// <summary>Digest of bytes.</summary>
    public static Sha256Digest Sha256(ReadOnlySpan<byte> bytes) => Sha256Digest.From(SHA256.HashData(bytes));

    /// <summary>The manifest of a file with these bytes, seen on a recorder.</summary>
    public static IntakeManifest Manifest(byte[]? bytes = null, string path = "DCIM/clip.mp4", string? serial = "DSJ-0000001", DateTimeOffset? modified = null)
    {
        bytes ??= Bytes();
        return new IntakeManifest
        {
            Intake = IntakeId.New(Now),
            Sha256 = Sha256(bytes),
            Size = bytes.Length,
            Head = Sha256(bytes.AsSpan(0, Math.Min(bytes.Length, 64 << 10))),
            RawPath = Encoding.UTF8.GetBytes(path),
            DisplayPath = path,
            Modified = modified ?? Now.AddHours(-2),
            Recorder = serial is null ? new RecorderIdentity("slot:station-1:1", null, "none") : new RecorderIdentity(serial, serial, "binding"),
            Station = "station-1",
            Slot = 1,
            Session = SessionId.New(Now),
            Source = "dock",
            Attached = Now.AddMinutes(-1),
            Spooled = Now,
        };
    }

    /// <summary>An event of a clip.</summary>
    public static CustodyEvent Event(ClipId? clip, string once, string kind = CustodyKinds.ClipStored, params IReadOnlyList<KeyValuePair<string, object?>> facts) => new()
    {
        Id = EventId.New(Now),
        At = Now,
        Kind = kind,
        Actor = CustodyActor.Worker("test"),
        Clip = clip,
        Once = once,
        Facts = facts,
    };
}
