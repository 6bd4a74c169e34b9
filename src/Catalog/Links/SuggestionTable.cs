using Dapper;

namespace YaoAn.Catalog;

/// <summary>What a run of the rules left.</summary>
/// <param name="Clips">Clips that were decided about.</param>
/// <param name="Changed">Those of which a suggestion came, went or changed.</param>
public sealed record SuggestedRoll(IReadOnlyList<ClipId> Clips, int Changed);

/// <summary>
/// Runs <see cref="SuggestLinks"/> over a clip's <see cref="Roll"/> and writes what came out, in one transaction under the recorder's lock. What people decided
/// is never touched, and what they rejected doesn't come back.
/// </summary>
public sealed class SuggestionTable(CatalogDatabase database)
{
    /// <summary>Who stands for what no person decided.</summary>
    public static CustodyActor Rule { get; } = CustodyActor.Worker("rule");

    /// <summary>Decides anew about a clip, and about all that its recorder brought with it.</summary>
    /// <param name="clip">Clip.</param>
    /// <param name="now">Present time.</param>
    /// <param name="ct">Cancels before the commit.</param>
    /// <returns>Null where there is no such clip, or it is nothing that could show an activity.</returns>
    public Task<SuggestedRoll?> OfClipAsync(ClipId clip, DateTimeOffset now, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            await RecorderLockTable.TakeAsync(transaction, clip, ct);
            if (await RollTable.ReadAsync(transaction, clip, now, ct) is not { } roll)
                return null;
            var decided = SuggestLinks.Decide(roll).ToLookup(suggestion => suggestion.ClipId);
            var clips = roll.Clips.Where(one => one.Decides).OrderBy(one => one.ClipId.Value).ToList();
            var changed = 0;
            foreach (var one in clips)
            {
                var wanted = Wanted(one, decided[one.ClipId]);
                if (Differ(one, wanted) && await LinkTable.SuggestAsync(transaction, one.ClipId, wanted, Rule, now, ct))
                    changed++;
            }
            return new SuggestedRoll([.. clips.Select(one => one.ClipId)], changed);
        },
        ct);

    /// <summary>Clips about which something they rest on changed, at most so many, the longest here first.</summary>
    public async Task<IReadOnlyList<ClipId>> DueAsync(int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ClipId>(new CommandDefinition(
            """
            select clip_id from clip where suggested_at is null and stage = 'linked' order by received_at limit @most
            """,
            new { most },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Activities that came or changed make the clips due that they may concern. One that changes meanwhile stays due.</summary>
    /// <returns>How many were looked at, at most <paramref name="most"/>.</returns>
    public Task<int> SpreadAsync(int most, DateTimeOffset now, CancellationToken ct) => database.InTransactionAsync(
        async transaction => await transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            with due as (
              select activity.activity_id, activity.officers, activity.begins, activity.ends, case_file.unit_id
              from activity join case_file on case_file.case_id = activity.case_id
              where activity.suggested_at is null
              order by activity.activity_id
              limit @most
              for no key update of activity skip locked
            ), near as (
              select clip.clip_id
              from due join clip on not clip.sidecar
                and coalesce(clip.corrected_from, clip.recorded_from, clip.received_at) between due.begins - interval '3 hours' and due.ends + interval '15 minutes'
              where clip.officers && due.officers or clip.units && array[due.unit_id]
              union
              select clip.clip_id
              from due join clip on clip.received_at - clip.recorded_from > interval '366 days'
                and clip.received_at between due.begins and due.begins + interval '31 days'
              where clip.officers && due.officers or clip.units && array[due.unit_id]
              union
              select link.clip_id from due join link on link.activity_id = due.activity_id where link.state = 'suggested'
            ), locked as (
              select clip.clip_id from clip
              where clip.clip_id in (select clip_id from near) and clip.suggested_at is not null
              order by clip.clip_id
              for no key update
            ), marked as (
              update clip set suggested_at = null from locked where clip.clip_id = locked.clip_id
            ), done as (
              update activity set suggested_at = @now from due where activity.activity_id = due.activity_id
            )
            select count(*)::int from due
            """,
            new { most, now },
            transaction,
            cancellationToken: ct)),
        ct);

    /// <summary>What may be written for a clip: not what a person decided for a part of it, or for all of it.</summary>
    private static List<LinkSuggestion> Wanted(RollClip clip, IEnumerable<Suggestion> decided)
    {
        var taken = clip.Links.Where(link => link.State != LinkStates.Suggested).Select(link => (link.ActivityId, link.Item)).ToHashSet();
        return [.. decided.Where(one => !taken.Contains((one.Activity.ActivityId, one.Item))).Select(one => new LinkSuggestion
        {
            Activity = one.Activity.ActivityId,
            Item = one.Item,
            Rank = one.Rank,
            Score = one.Score,
            Reasons = one.Reasons,
            Auto = one.Confident && one.Activity is { AutoConfirm: true, Open: true },
        })];
    }

    private static bool Differ(RollClip clip, List<LinkSuggestion> wanted)
    {
        var there = clip.Links.Where(link => link.State == LinkStates.Suggested).ToDictionary(link => (link.ActivityId, link.Item, link.Part));
        return there.Count != wanted.Count || wanted.Exists(one => one.Auto
            || !there.TryGetValue((one.Activity, one.Item, false), out var link)
            || (link.Rank, link.Score) != (one.Rank, one.Score)
            || LinkReason.ToJson(link.Reasons) != LinkReason.ToJson(one.Reasons));
    }
}
