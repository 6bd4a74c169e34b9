using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Copy;

/// <summary>
/// Invariants 4 and 5: whatever happens to a recorder while it is read, the spool holds the source's bytes or nothing that counts, and a copy that
/// was interrupted anywhere goes on to the same bytes. Digests are compared with those of a library that the product doesn't hash SHA-256 with.
/// </summary>
public sealed class CopyPropertyTests : IAsyncLifetime
{
    private const string Name = "DCIM/a.mp4";
    private const int Head = CopyFile.HeadBytes, Chunk = 512 << 10, Partial = 1 << 20;

    /// <summary>Lengths around everything that the copy treats differently.</summary>
    private static readonly Gen<int> s_size = Gen.OneOf(Gen.Int[1, 3 * Partial], Gen.OneOf(1, Head - 1, Head, Head + 1, Chunk - 1, Chunk, Chunk + 1, Partial - 1, Partial, Partial + 1, 2 * Partial));

    private static readonly Gen<Trouble> s_trouble = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 3 * Partial], (kind, chunk, at) => new Trouble((TroubleKind)kind, chunk, at));

    private readonly TempFolder _card = new();
    private readonly Station _station = Station.Docking(new FakeTimeProvider(Given.Now));

    private Spool Spool => _station.Get<Spool>();

    private JournalTable Journal => _station.Get<JournalTable>();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _station.DisposeAsync();
        _card.Dispose();
    }

    [Fact]
    public void Whatever_happens_while_a_file_is_read_its_copy_equals_it_or_does_not_count()
    {
        Gen.Select(s_size, s_trouble.Array[0, 4]).Sample(
            (size, troubles) =>
            {
                var path = _card.Write(Name, Given.Bytes(Math.Max(size, 10)));
                foreach (var (trouble, round) in troubles.Select((trouble, round) => (trouble, round)))
                {
                    // A time of its own: the kernel's clock of files ticks too slowly to tell two changes within 4 ms apart.
                    File.SetLastWriteTimeUtc(path, Given.Now.UtcDateTime.AddSeconds(round));
                    using var pulled = new CancellationTokenSource();
                    var (chunk, happened) = (0, false);
                    CopyResult? result = null;
                    try
                    {
                        result = Run(Footage(Name), _ =>
                        {
                            if (happened || chunk++ < trouble.Chunk)
                                return;
                            happened = true;
                            Happen(trouble, path, pulled);
                        }, pulled.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        Assert.True(happened);
                    }
                    AssertTrue(path, result);
                    if (result?.Outcome is CopyOutcome.Copied)
                        Forget(result.Manifest!.Intake);
                }
                var last = Run(Footage(Name));
                Assert.Equal(CopyOutcome.Copied, last.Outcome);
                AssertTrue(path, last);
                Forget(last.Manifest!.Intake);
                // Parts of what the file was before it changed.
                foreach (var partial in Journal.Partials(DateTimeOffset.MinValue))
                {
                    Spool.Discard(partial);
                    Journal.ForgetPartial(partial);
                }
                Assert.Empty(Interrupted());
            },
            iter: Fuzz.Times(30), threads: 1);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_station.Folder, "spool")));
    }

    [Fact]
    public void A_copy_that_was_interrupted_at_any_byte_goes_on_there_and_ends_as_the_whole_file()
    {
        Gen.Select(s_size, Gen.Double[0, 1], Gen.Int[0, 4], Gen.Int[0, int.MaxValue]).Sample(
            (size, share, what, where) =>
            {
                size = Math.Max(size, 10);
                var bytes = Given.Bytes(size);
                var path = _card.Write(Name, bytes);
                File.SetLastWriteTimeUtc(path, Given.Now.UtcDateTime);
                var kept = (int)(share * size);
                var intake = IntakeId.New(Given.Now);
                var footage = Footage(Name);
                using (var part = Spool.Begin(intake))
                {
                    var spooled = bytes[..kept];
                    // 1: a bit of the spool's disk flipped; 2: the part lost its end; 3: bytes behind the noted place were never synced; 4: so were whole pages of zeros.
                    if (what == 1 && kept > 0)
                        spooled[where % kept] ^= 1;
                    if (what == 2 && kept > 0)
                        spooled = spooled[..(where % kept)];
                    part.Write(spooled);
                    if (what == 3)
                        part.Write(Given.Bytes(1000));
                    if (what == 4)
                        part.Write(new byte[4096 * 3]);
                }
                Journal.WritePartial(new PartialCopy(intake, footage.Recorder.Key, footage.RawPath, footage.Stat, Independent(bytes.AsSpan(0, Math.Min(Head, size))), kept, Independent(bytes.AsSpan(0, kept))), Given.Now);
                long? first = null;
                var result = Run(footage, position => first ??= position);
                var goesOn = kept == 0 || what is not (1 or 2);
                Assert.Equal((CopyOutcome.Copied, goesOn), (result.Outcome, result.Manifest!.Intake == intake));
                Assert.True(!goesOn || first == kept, $"went on at {first}, not at {kept}");
                AssertTrue(path, result);
                Forget(result.Manifest.Intake);
                Assert.Empty(Journal.Partials(DateTimeOffset.MinValue));
                Assert.Empty(Directory.GetDirectories(Path.Combine(_station.Folder, "spool")));
            },
            iter: Fuzz.Times(40), threads: 1);
    }

    [Fact]
    public void A_large_file_pulled_anywhere_goes_on_behind_its_last_synced_byte_and_ends_whole() =>
        Gen.Select(Gen.Int[66 << 20, 72 << 20], Gen.Int[1 << 20, 65 << 20]).Sample(
            (size, at) =>
            {
                var path = _card.Write(Name, Given.Bytes(size));
                using var pulled = new CancellationTokenSource();
                Assert.ThrowsAny<OperationCanceledException>(() => Run(
                    Footage(Name),
                    position =>
                    {
                        if (position >= at)
                            pulled.Cancel();
                    },
                    pulled.Token));
                var begun = Assert.Single(Journal.Partials(DateTimeOffset.MinValue));
                long? first = null;
                var result = Run(Footage(Name), position => first ??= position);
                Assert.Equal((CopyOutcome.Copied, begun), (result.Outcome, result.Manifest!.Intake));
                Assert.True(first >= at, $"it was pulled at {at} and went on at {first}");
                AssertTrue(path, result);
                Forget(begun);
            },
            iter: Fuzz.Times(1), threads: 1);

    [Fact]
    public void Any_bytes_as_a_name_come_back_from_the_spool_and_name_nothing_in_it() =>
        Gen.Byte[1, 255].Where(letter => letter != '/').Array[1, 60].Where(name => !name.AsSpan().SequenceEqual("."u8) && !name.AsSpan().SequenceEqual(".."u8)).Sample(
            name =>
            {
                using var card = new TempFolder();
                Media.MakeRaw(card.Path, name, "raw");
                var result = Run(Footage(name, card.Path));
                Assert.Equal(CopyOutcome.Copied, result.Outcome);
                var folder = Assert.Single(Directory.GetDirectories(Path.Combine(_station.Folder, "spool")));
                Assert.Equal(result.Manifest!.Intake.ToString(), Path.GetFileName(folder));
                Assert.Equal(["intake.json", "original"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order());
                var manifest = Spool.ManifestOf(result.Manifest.Intake);
                Assert.Equal(name, manifest.RawPath);
                Assert.DoesNotContain(manifest.DisplayPath, char.IsControl);
                Forget(manifest.Intake);
            },
            iter: Fuzz.Times(30), threads: 1, print: Fuzz.Print);

    private static void Happen(Trouble trouble, string path, CancellationTokenSource pulled)
    {
        var length = new FileInfo(path).Length;
        switch (trouble.Kind)
        {
            case TroubleKind.Pulled:
                pulled.Cancel();
                break;
            case TroubleKind.Truncated:
                using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
                    file.SetLength(Math.Max(1, trouble.At % length));
                break;
            case TroubleKind.Grown:
                using (var file = new FileStream(path, FileMode.Append, FileAccess.Write))
                    file.Write(Given.Bytes(1 + (trouble.At % 5000)));
                break;
            case TroubleKind.Overwritten:
                using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
                {
                    file.Position = trouble.At % length;
                    file.WriteByte((byte)trouble.At);
                }
                break;
        }
    }

    /// <summary>A copy that counts has the bytes and digests of the source as it is; anything else has left no intake, and at most a part whose digest is noted.</summary>
    private void AssertTrue(string path, CopyResult? result)
    {
        if (result?.Outcome == CopyOutcome.Copied)
        {
            var bytes = File.ReadAllBytes(path);
            var manifest = Spool.ManifestOf(result.Manifest!.Intake);
            Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Spool.OriginalOf(manifest.Intake))), "the spool has other bytes than the source");
            Assert.Equal((bytes.Length, Independent(bytes), Independent(bytes.AsSpan(0, Math.Min(Head, bytes.Length)))), ((int)manifest.Size, manifest.Sha256, manifest.Head));
            Assert.Equal([manifest.Intake], Spool.Whole());
        }
        else
        {
            Assert.Empty(Spool.Whole());
        }
        var now = Footage(Name);
        var source = File.ReadAllBytes(path);
        if (Journal.FindPartial(now.Recorder.Key, now.RawPath, now.Stat, Independent(source.AsSpan(0, Math.Min(Head, source.Length)))) is { } partial)
        {
            var part = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(Spool.OriginalOf(partial.Intake))!, "original.part"));
            Assert.True(part.AsSpan().StartsWith(source.AsSpan(0, (int)partial.CopiedBytes)), "a noted part is none of the source");
            Assert.Equal(Independent(source.AsSpan(0, (int)partial.CopiedBytes)), partial.Copied);
        }
        Assert.All(Interrupted(), folder => Assert.Contains(IntakeId.Parse(Path.GetFileName(folder)), Journal.Partials(DateTimeOffset.MinValue)));
    }

    /// <summary>Folders of interrupted copies.</summary>
    private List<string> Interrupted() => [.. Directory.GetDirectories(Path.Combine(_station.Folder, "spool")).Where(folder => !File.Exists(Path.Combine(folder, "intake.json")))];

    private void Forget(IntakeId intake) => Spool.Release(intake);

    private static Sha256Digest Independent(ReadOnlySpan<byte> bytes)
    {
        var sha = new Org.BouncyCastle.Crypto.Digests.Sha256Digest();
        var digest = new byte[32];
        sha.BlockUpdate(bytes);
        sha.DoFinal(digest);
        return Sha256Digest.From(digest);
    }

    private CopyResult Run(FootageFile footage, Action<long>? progress = null, CancellationToken ct = default) =>
        _station.Get<CopyFile>().Run(footage, progress ?? (_ => { }), new SourceWatch(), ct);

    private FootageFile Footage(string name) => Footage(Encoding.UTF8.GetBytes(name), _card.Path);

    private static FootageFile Footage(byte[] name, string card)
    {
        using var root = new SlotFolder(card);
        return new FootageFile
        {
            SlotPath = card,
            RawPath = name,
            Stat = root.List().Entries.Single(entry => entry.RawPath.AsSpan().SequenceEqual(name)).Stat,
            Session = SessionId.New(Given.Now),
            Slot = 1,
            Source = "dock",
            Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"),
            Attached = Given.Now,
        };
    }

    private enum TroubleKind
    {
        Pulled,
        Truncated,
        Grown,
        Overwritten,
    }

    /// <param name="Kind">What happens.</param>
    /// <param name="Chunk">After so many chunks.</param>
    /// <param name="At">Byte, or length.</param>
    private sealed record Trouble(TroubleKind Kind, int Chunk, int At);
}
