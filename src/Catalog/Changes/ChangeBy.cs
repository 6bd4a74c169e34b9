namespace YaoAn.Catalog;

/// <summary>Who changes something, when and by which way, for its custody event.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Now">When, UTC.</param>
/// <param name="Via"><c>page</c>, <c>api</c>, or <c>import/ID</c>.</param>
public sealed record ChangeBy(CustodyActor Actor, DateTimeOffset Now, string Via)
{
    /// <summary>The bureau's time, fixed: days begin at midnight in UTC+8.</summary>
    private static readonly TimeSpan s_offset = TimeSpan.FromHours(8);

    /// <summary>Units whose people and recorders this person may know of and so change; null for all.</summary>
    public Guid[]? Reach { get; init; }

    /// <summary>The day on which it is done.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Now.ToOffset(s_offset).DateTime);

    /// <summary>Whether what belongs to a unit is within reach.</summary>
    public bool Reaches(UnitId unit) => Reach is null || Reach.Contains(unit.Value);

    /// <summary>An event without a version: what it tells happened once, each time.</summary>
    public CustodyEvent Happened(string kind, params IReadOnlyList<KeyValuePair<string, object?>> facts)
    {
        var id = EventId.New(Now);
        return new() { Id = id, At = Now, Kind = kind, Actor = Actor, Once = $"{kind}/{id}", Facts = [.. facts, new("via", Via)] };
    }

    /// <summary>The event of a saved version. Its key is <c>noun/id/version</c>, so that the history of one thing is one range.</summary>
    /// <param name="kind">One of <see cref="CustodyKinds"/>.</param>
    /// <param name="subject"><c>noun/id</c>.</param>
    /// <param name="version">Version that came of it.</param>
    /// <param name="now">The fields as they stand now.</param>
    /// <param name="was">The fields as they stood before; null where there was nothing. Those that differ are kept as <c>was.NAME</c>.</param>
    internal CustodyEvent Event(
        string kind, string subject, int version, IReadOnlyList<KeyValuePair<string, object?>> now, IReadOnlyList<KeyValuePair<string, object?>>? was) => new()
        {
            Id = EventId.New(Now),
            At = Now,
            Kind = kind,
            Actor = Actor,
            Once = $"{subject}/{version}",
            Facts =
        [
            .. now,
            .. was?.Where(before => !now.Contains(before)).Select(before => new KeyValuePair<string, object?>($"was.{before.Key}", before.Value)) ?? [],
            new("via", Via),
        ],
        };
}
