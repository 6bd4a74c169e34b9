using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Once a day: what the catalog says against what the store lists. What is gone or has another size is read again at once by 09, which turns the
/// clip red; what the catalog doesn't know is named and never deleted. Uploads that were begun and never ended are removed after a day.
/// </summary>
internal sealed partial class StoreCensus(
    CensusTable census, VerificationTable verifications, VerifyClip verify, ObjectStores stores, BureauDay bureau, IOptions<StationOptions> station,
    TimeProvider time, ILogger<StoreCensus> logger)
{
    /// <summary>Where a store doesn't list retention dates, each costs a request: so many are asked for a day, all of them in turn.</summary>
    public const int LocksADay = 10_000;

    /// <summary>An upload that began this long ago and isn't an object yet never will be.</summary>
    public static readonly TimeSpan IncompleteFor = TimeSpan.FromHours(24);

    private const int Page = 1000;
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(1);

    /// <summary>Carries out today's census, unless it is too early or it was carried out.</summary>
    /// <returns>How it ended; null where there was nothing to begin.</returns>
    public async Task<CensusRow?> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (bureau.CensusDay() is not { } day || !await census.BeginAsync(day, CensusRow.Store, station.Value.Name, now, ct))
            return null;
        var row = new CensusRow { Day = day, Scope = CensusRow.Store, Station = station.Value.Name, BegunAt = now, Result = "running" };
        try
        {
            row = await LookAsync(row, ct);
        }
        catch (StoreUnavailableException e)
        {
            LogBroken(logger, e, day);
            row = row with { Result = "broken", Detail = e.Message };
        }
        var ended = await census.EndAsync(row with { EndedAt = time.GetUtcNow() }, CancellationToken.None);
        LogCensus(logger, day, ended.Result, ended.Clips, ended.Objects, ended.Findings, ended.Swept);
        return ended;
    }

    private async Task<CensusRow> LookAsync(CensusRow row, CancellationToken ct)
    {
        await stores.Originals.TryAsync(ct);
        var swept = await SweepAsync(ct);
        // The store first: whatever it lists had its row before it was put. What is stored meanwhile is asked for by name below.
        var inventory = await StoreInventory.TakeAsync(stores.Originals, ct);
        var parts = (inventory.Folders.Count / LocksADay) + 1;
        var (unseen, clips, bytes, locks) = (inventory.Folders.Keys.ToHashSet(), 0L, 0L, 0L);
        ClipId? last = null;
        while (await census.ClipsAsync(last, Page, ct) is { Count: > 0 } page)
        {
            var findings = new List<CensusFinding>();
            foreach (var clip in page)
            {
                unseen.Remove(clip.ClipId);
                if (clip.Stage == ClipStage.Registered)
                    continue;
                // A disk that isn't mounted, or another bucket, is no loss of every clip.
                if (inventory.Folders.Count == 0)
                    throw new StoreUnavailableException("The store lists no originals at all, and the catalog has some: see that its disk is mounted, or that Store:Url names the right bucket.");
                (clips, bytes) = (clips + 1, bytes + clip.SizeBytes);
                findings.AddRange(await CompareAsync(clip, inventory.Folders.GetValueOrDefault(clip.ClipId), ct));
                if (SlotOf(clip.ClipId, parts) == row.Day.DayNumber % parts && clip.LockedUntil is { } until)
                {
                    locks++;
                    findings.AddRange(await CompareLockAsync(clip.ClipId, until, inventory.Folders.GetValueOrDefault(clip.ClipId), ct));
                }
            }
            await census.FindAsync(row.Scope, findings, time.GetUtcNow(), ct);
            last = page[^1].ClipId;
        }
        foreach (var chunk in unseen.Order(Comparer<ClipId>.Create((a, b) => a.Value.CompareTo(b.Value))).Chunk(Page))
            await census.FindAsync(row.Scope, [.. chunk.Select(clip => Untracked(clip, inventory.Folders[clip]))], time.GetUtcNow(), ct);
        await census.FindAsync(row.Scope, [.. inventory.Strange.Select(name => new CensusFinding { Kind = "strange", Subject = PlainText.Cut(name, 1000) })], time.GetUtcNow(), ct);
        return row with
        {
            Clips = clips,
            ClipBytes = bytes,
            Objects = inventory.Folders.Values.Count(folder => folder.Original is not null),
            ObjectBytes = inventory.Folders.Values.Sum(folder => folder.Original?.SizeBytes ?? 0),
            Locks = locks,
            Swept = swept,
        };
    }

    private async Task<IReadOnlyList<CensusFinding>> CompareAsync(CensusClip clip, StoredFolder? listed, CancellationToken ct)
    {
        var key = ObjectKey.Original(clip.ClipId);
        var found = new List<CensusFinding>();
        CensusFinding Of(string kind, string? there) => new()
        {
            Kind = kind,
            Subject = key.Value,
            ClipId = clip.ClipId,
            Expected = clip.SizeBytes.ToString(CultureInfo.InvariantCulture),
            Found = there,
        };
        // A bucket lists what lies on top: a delete marker, or another version that somebody put over it, hides the object and doesn't change it.
        var isListed = listed?.Original?.SizeBytes == clip.SizeBytes;
        var original = isListed ? listed!.Original : await stores.Originals.StatAsync(key, ct);
        if (original is null)
            found.Add(Of("missing", null));
        else if (original.SizeBytes != clip.SizeBytes)
            found.Add(Of("size", original.SizeBytes.ToString(CultureInfo.InvariantCulture)));
        if (found.Count > 0 && clip.Health != ClipHealth.Damaged)
        {
            // 09 tells whether it is so: its result is an event and the clip's health, this is a list.
            var request = await verifications.RequestAsync(clip.ClipId, VerificationReasons.Census, by: null, time.GetUtcNow(), ct);
            await verify.RunAsync(request.VerificationId, ct);
        }
        if (!isListed && original?.SizeBytes == clip.SizeBytes && await ListedAsync(key, ct) is var top && top?.SizeBytes != clip.SizeBytes)
            found.Add(Of("hidden", top?.SizeBytes.ToString(CultureInfo.InvariantCulture)));
        if (isListed && listed!.Intakes.Count == 0)
            found.Add(Of("no-manifest", null) with { Expected = null });
        return found;
    }

    /// <summary>What a list says of one object now: one that was stored since the first list was taken is in it.</summary>
    private async Task<ObjectStat?> ListedAsync(ObjectKey key, CancellationToken ct)
    {
        await foreach (var stat in stores.Originals.ListAsync(key.Value, strange: null, ct))
        {
            if (stat.Key == key)
                return stat;
        }
        return null;
    }

    private async Task<IReadOnlyList<CensusFinding>> CompareLockAsync(ClipId clip, DateTimeOffset until, StoredFolder? listed, CancellationToken ct)
    {
        var key = ObjectKey.Original(clip);
        var kept = listed?.Original?.LockedUntil;
        if (kept is null && await stores.Originals.StatAsync(key, ct) is var stat)
        {
            // What is gone is a finding of its own.
            if (stat is null)
                return [];
            kept = stat.LockedUntil;
        }
        return kept >= until - s_rounding
            ? []
            : [new CensusFinding { Kind = "lock", Subject = key.Value, ClipId = clip, Expected = Text(until), Found = kept is null ? null : Text(kept.Value) }];
    }

    private static CensusFinding Untracked(ClipId clip, StoredFolder folder) => new()
    {
        Kind = "untracked",
        Subject = folder.Original is null ? $"originals/{clip}/" : ObjectKey.Original(clip).Value,
        ClipId = clip,
        Found = folder.Original?.SizeBytes.ToString(CultureInfo.InvariantCulture),
    };

    private async Task<int> SweepAsync(CancellationToken ct)
    {
        var before = time.GetUtcNow() - IncompleteFor;
        var swept = await stores.Originals.RemoveIncompleteAsync(before, ct);
        return ReferenceEquals(stores.Originals, stores.Derived) ? swept : swept + await stores.Derived.RemoveIncompleteAsync(before, ct);
    }

    /// <summary>The end of an id is random: it spreads clips evenly over the days.</summary>
    private static int SlotOf(ClipId clip, int parts)
    {
        Span<byte> bytes = stackalloc byte[16];
        clip.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]) % parts;
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    [LoggerMessage(9020, LogLevel.Information, "Census of {Day}: {Result}, {Clips} originals in the catalog, {Objects} in the store, {Findings} findings, {Swept} incomplete uploads removed")]
    private static partial void LogCensus(ILogger logger, DateOnly day, string result, long clips, long objects, int findings, int swept);

    [LoggerMessage(9021, LogLevel.Warning, "The census of {Day} broke off and comes again")]
    private static partial void LogBroken(ILogger logger, Exception e, DateOnly day);
}
