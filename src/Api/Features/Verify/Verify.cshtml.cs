using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// The verification centre: failures first, then how far the rota is, what the census found, and the last readings. It changes nothing but that
/// originals are read again.
/// </summary>
[Authorize(Policy = nameof(Right.Verify))]
internal sealed class VerifyModel(
    VerificationTable verifications, RotaTable rota, CensusTable census, ClipTable clips, ObjectStores stores, IClipWaker waker, TimeProvider time) : PageModel
{
    public const int MostRows = 50, MostFindings = 100, Nights = 30, DueAtOnce = 200;

    public static readonly string[] AllSaid = ["asked", "due", "unknown", "several", "not-stored"];

    /// <summary>Findings that were closed are shown for so long.</summary>
    private static readonly TimeSpan s_closedFor = TimeSpan.FromDays(90);

    private const int FewestDigits = 8;

    public VerifyQuery Query { get; private set; } = new();

    public DateTimeOffset Now { get; private set; }

    public IReadOnlyList<VerificationListRow> Failures { get; private set; } = [];

    public long FailureCount { get; private set; }

    public IReadOnlyList<VerificationListRow> Recent { get; private set; } = [];

    /// <summary>What concerns all originals; null for a person who may see some of them only.</summary>
    public Overview? All { get; private set; }

    public async Task OnGetAsync(CancellationToken ct)
    {
        await ReadRunsAsync(ct);
        var viewer = User.Viewer();
        (Failures, FailureCount) = await verifications.FailuresAsync(viewer, MostRows, ct);
        if (!viewer.SeesAll)
            return;
        var last = await census.LastAsync(ct);
        All = new Overview(
            await rota.AgesAsync(Now, ct),
            NightBars(await rota.NightsAsync(Today.AddDays(1 - Nights), ct)),
            last.FirstOrDefault(row => row.Scope == CensusRow.Store),
            [.. last.Where(row => row.Scope != CensusRow.Store)],
            await census.FindingsAsync(Query.Closed ? Now - s_closedFor : null, Query.Kind, MostFindings, ct),
            await census.OpenAsync(ct),
            stores.Originals.LockStrength);
    }

    /// <summary>The list of readings alone, for a page that was told of a change.</summary>
    public async Task<IActionResult> OnGetRunsAsync(CancellationToken ct)
    {
        await ReadRunsAsync(ct);
        return Partial("_Runs", this);
    }

    public async Task<IActionResult> OnPostOneAsync(string? clip, CancellationToken ct)
    {
        var typed = PlainText.Cut((clip ?? "").Trim(), 200);
        Query = VerifyQuery.Read(Request.Query) with { Clip = typed, Said = "unknown" };
        var found = await FindAsync(typed, ct);
        if (found.Count > 1)
            return Redirect((Query with { Said = "several" }).Path);
        if (found is not [var one])
            return Redirect(Query.Path);
        if (one.Stage == ClipStage.Registered)
            return Redirect((Query with { Said = "not-stored" }).Path);
        await AskAsync(one.ClipId, ct);
        return Redirect((Query with { Clip = null, Result = null, Said = "asked" }).Path);
    }

    public async Task<IActionResult> OnPostDueAsync(CancellationToken ct)
    {
        if (!User.Viewer().SeesAll)
            return Forbid();
        foreach (var due in await rota.StoredAsync(after: null, time.GetUtcNow() - (RotaTable.Period - RotaTable.Reserve), DueAtOnce, ct))
            await AskAsync(due, ct);
        return Redirect((VerifyQuery.Read(Request.Query) with { Result = null, Said = "due" }).Path);
    }

    private DateOnly Today => DateOnly.FromDateTime(Now.ToOffset(ChinaTime.Offset).DateTime);

    private async Task ReadRunsAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        Query = VerifyQuery.Read(Request.Query);
        Recent = await verifications.RecentAsync(User.Viewer(), Query.Results, MostRows, ct);
    }

    /// <summary>By id, or by the first digits of its SHA-256; at most two, since more than one is too many.</summary>
    private async Task<IReadOnlyList<ClipRow>> FindAsync(string typed, CancellationToken ct)
    {
        var viewer = User.Viewer();
        if (ClipId.TryParse(typed, null, out var id))
            return await clips.FindAsync(viewer, id, ct) is { } clip ? [clip] : [];
        if (typed.Length is < FewestDigits or > 64 || !typed.All(char.IsAsciiHexDigit))
            return [];
        var page = await clips.ListAsync(viewer, new ClipFilter { Text = typed, Sidecars = true }, null, null, limit: 10, ct);
        return [.. page.Rows.Where(row => row.Sha256.ToString().StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Take(2)];
    }

    private async Task AskAsync(ClipId clip, CancellationToken ct)
    {
        var running = await verifications.RequestAsync(clip, VerificationReasons.OnDemand, User.Viewer().Account, time.GetUtcNow(), ct);
        waker.WakeVerification(running.VerificationId);
    }

    /// <summary>The last nights, oldest first; from the first one on, a night without a row is one that never came.</summary>
    private List<NightBar> NightBars(IReadOnlyList<RotaNight> nights)
    {
        if (nights.Count == 0)
            return [];
        var byDate = nights.ToDictionary(night => night.Night);
        // Tonight's may still come.
        var end = byDate.ContainsKey(Today) ? Today : Today.AddDays(-1);
        var bars = new List<NightBar>();
        for (var day = nights[^1].Night; day <= end; day = day.AddDays(1))
            bars.Add(new NightBar(day, byDate.GetValueOrDefault(day)));
        return bars;
    }
}

/// <summary>A night in the row of nights.</summary>
/// <param name="Day">Date on which it began or should have begun.</param>
/// <param name="Night">Null where it never came.</param>
internal sealed record NightBar(DateOnly Day, RotaNight? Night);

/// <summary>What the verification centre says of all originals.</summary>
/// <param name="Ages">How long ago they were read.</param>
/// <param name="Nights">Nights of the rota, oldest first.</param>
/// <param name="Store">Last census of the store; null before the first.</param>
/// <param name="Spools">Last census of each station's spool.</param>
/// <param name="Findings">Findings that the query asks for.</param>
/// <param name="Open">Count of open findings by kind.</param>
/// <param name="Lock">What the store does against deletion.</param>
internal sealed record Overview(
    ReadingAges Ages, IReadOnlyList<NightBar> Nights, CensusRow? Store, IReadOnlyList<CensusRow> Spools, IReadOnlyList<CensusFindingRow> Findings,
    IReadOnlyDictionary<string, long> Open, LockStrength Lock)
{
    public long OpenCount => Open.Values.Sum();

    public string Percent => Ages.Clips == 0 ? "–" : $"{Math.Floor(1000m * Ages.InTime / Ages.Clips) / 10:0.0}%";
}

/// <summary>Words of the verification centre, in Resources/VerifyWords.resx.</summary>
internal sealed class VerifyWords;
