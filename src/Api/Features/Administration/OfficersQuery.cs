using Microsoft.AspNetCore.WebUtilities;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Which officers a page shows, as its URL says it. Whatever isn't understood is left out.</summary>
internal sealed record OfficersQuery
{
    public static readonly string[] AllStates = ["serving", "left", "all"];

    public string? Text { get; init; }

    /// <summary>Code of a unit, with all below it.</summary>
    public string? Unit { get; init; }

    /// <summary>One of <see cref="AllStates"/>; those who serve unless said otherwise.</summary>
    public string State { get; init; } = AllStates[0];

    public string? After { get; init; }

    public string? Before { get; init; }

    /// <summary>The list's address; the units' page shows the same list beside its tree.</summary>
    public string Base { get; init; } = "/officers";

    public string Path => QueryHelpers.AddQueryString(Base, Parameters());

    public static OfficersQuery Read(IQueryCollection query, string path = "/officers") => new()
    {
        Base = path,
        Text = Changing.Word(query["q"]),
        Unit = Changing.Word(query["unit"]),
        State = AllStates.FirstOrDefault(state => query["state"] == state) ?? AllStates[0],
        After = Changing.Word(query["after"]),
        Before = query.ContainsKey("after") ? null : Changing.Word(query["before"]),
    };

    /// <param name="reach">Units that the reader may know of (<see cref="People.Reach"/>).</param>
    public OfficerFilter Filter(Guid[]? reach) => new() { Text = Text, Unit = Unit, State = State == "all" ? null : State, Reach = reach };

    public OfficersQuery FirstPage() => this with { After = null, Before = null };

    /// <summary>The same list under another handler, such as its export.</summary>
    public string Handler(string name) => QueryHelpers.AddQueryString(FirstPage().Path, "handler", name);

    private IEnumerable<KeyValuePair<string, string?>> Parameters()
    {
        if (Text is not null)
            yield return new("q", Text);
        if (Unit is not null)
            yield return new("unit", Unit);
        if (State != AllStates[0])
            yield return new("state", State);
        if (After is not null)
            yield return new("after", After);
        if (Before is not null)
            yield return new("before", Before);
    }
}
