using Microsoft.AspNetCore.WebUtilities;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Which accounts the page shows, as its URL says it. Whatever isn't understood is left out.</summary>
internal sealed record AccountsQuery
{
    public string? Text { get; init; }

    public string? Role { get; init; }

    public string State { get; init; } = AccountsModel.AllStates[0];

    public string? After { get; init; }

    public string? Before { get; init; }

    public string Path => QueryHelpers.AddQueryString("/accounts", Parameters());

    public static AccountsQuery Read(IQueryCollection query) => new()
    {
        Text = Changing.Word(query["q"]),
        Role = AccountRoles.All.FirstOrDefault(role => query["role"] == role),
        State = AccountsModel.AllStates.FirstOrDefault(state => query["state"] == state) ?? AccountsModel.AllStates[0],
        After = Changing.Word(query["after"]),
        Before = query.ContainsKey("after") ? null : Changing.Word(query["before"]),
    };

    public AccountFilter Filter() => new() { Text = Text, Role = Role, State = State == "all" ? null : State };

    private IEnumerable<KeyValuePair<string, string?>> Parameters()
    {
        if (Text is not null)
            yield return new("q", Text);
        if (Role is not null)
            yield return new("role", Role);
        if (State != AccountsModel.AllStates[0])
            yield return new("state", State);
        if (After is not null)
            yield return new("after", After);
        if (Before is not null)
            yield return new("before", Before);
    }
}
