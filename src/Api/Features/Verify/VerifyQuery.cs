using Microsoft.AspNetCore.WebUtilities;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What the verification centre shows, as its URL says it. Whatever isn't understood is left out.</summary>
internal sealed record VerifyQuery
{
    public static readonly string[] AllResults = ["running", "failed", "match", "unavailable"];

    /// <summary>One of <see cref="AllResults"/>; null for all.</summary>
    public string? Result { get; init; }

    /// <summary>Findings that were closed instead of those that are open.</summary>
    public bool Closed { get; init; }

    /// <summary>Findings of one kind.</summary>
    public string? Kind { get; init; }

    /// <summary>What was typed to verify one clip.</summary>
    public string? Clip { get; init; }

    /// <summary>Code of what became of a request: <c>asked</c>, <c>due</c>, <c>unknown</c>, <c>several</c>, <c>not-stored</c>.</summary>
    public string? Said { get; init; }

    /// <summary>Results in the database that <see cref="Result"/> stands for.</summary>
    public IReadOnlyCollection<string> Results => Result switch
    {
        null => [],
        "failed" => ["mismatch", "missing"],
        _ => [Result],
    };

    public string Path => QueryHelpers.AddQueryString("/verify", Parameters());

    public static VerifyQuery Read(IQueryCollection query) => new()
    {
        Result = AllResults.FirstOrDefault(result => query["result"] == result),
        Closed = query["findings"] == "closed",
        Kind = CensusFinding.AllKinds.FirstOrDefault(kind => query["kind"] == kind),
        Clip = query["clip"].ToString() is { Length: > 0 } text ? PlainText.Cut(text.Trim(), 200) : null,
        Said = VerifyModel.AllSaid.FirstOrDefault(said => query["said"] == said),
    };

    private IEnumerable<KeyValuePair<string, string?>> Parameters()
    {
        if (Result is not null)
            yield return new("result", Result);
        if (Closed)
            yield return new("findings", "closed");
        if (Kind is not null)
            yield return new("kind", Kind);
        if (Clip is not null)
            yield return new("clip", Clip);
        if (Said is not null)
            yield return new("said", Said);
    }
}
