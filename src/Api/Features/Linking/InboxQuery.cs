using Microsoft.AspNetCore.WebUtilities;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What an inbox shows, as its URL says it. Whatever isn't understood is left out rather than refused: an old link still opens something.</summary>
internal sealed record InboxQuery
{
    public InboxScope Scope { get; init; }

    /// <summary>Only clips for which something is suggested.</summary>
    public bool OnlySuggested { get; init; }

    public ClipCursor? After { get; init; }

    /// <summary>A clip of the group that is open; null: the first one.</summary>
    public ClipId? At { get; init; }

    /// <summary>Who is no officer has no clips of his own.</summary>
    public static InboxQuery Read(IQueryCollection query, Viewer viewer) => new()
    {
        Scope = viewer.Officer is null || query["whose"] == "unit" ? InboxScope.Unit : InboxScope.Mine,
        OnlySuggested = query["only"] == "suggested",
        After = ClipCursor.TryParse(query["after"]),
        At = ClipId.TryParse(query["at"], null, out var at) ? at : null,
    };

    /// <summary>Address of the inbox page that shows this.</summary>
    public string Path => QueryHelpers.AddQueryString("/inbox", new Dictionary<string, string?>
    {
        ["whose"] = Scope == InboxScope.Unit ? "unit" : null,
        ["only"] = OnlySuggested ? "suggested" : null,
        ["after"] = After?.ToString(),
        ["at"] = At?.ToString(),
    }.Where(parameter => parameter.Value is not null));
}
