using Microsoft.AspNetCore.WebUtilities;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Which recorders a page shows, as its URL says it. Whatever isn't understood is left out.</summary>
internal sealed record RecordersQuery
{
    public static readonly IReadOnlyList<string> AllStates = [.. RecorderFilter.Situations, .. RecorderStates.All];

    /// <summary>What just happened at the desk; each has its sentence <c>Said_CODE</c>.</summary>
    public static readonly string[] AllSaid = ["issued", "returned", "handed-over", "already"];

    public string? Text { get; init; }

    public string? Unit { get; init; }

    public string? Kind { get; init; }

    public string? State { get; init; }

    public string? After { get; init; }

    public string? Before { get; init; }

    public string? Said { get; init; }

    /// <summary>The recorder that was just issued or taken back.</summary>
    public string? Serial { get; init; }

    public string Path => At("/recorders");

    public static RecordersQuery Read(IQueryCollection query) => new()
    {
        // A scanned code finds its recorder.
        Text = Changing.Word(Scanned.Recorder(query["q"])),
        Unit = Changing.Word(query["unit"]),
        Kind = RecorderKinds.All.FirstOrDefault(kind => query["kind"] == kind),
        State = AllStates.FirstOrDefault(state => query["state"] == state),
        After = Changing.Word(query["after"]),
        Before = query.ContainsKey("after") ? null : Changing.Word(query["before"]),
        Said = AllSaid.FirstOrDefault(said => query["said"] == said),
        Serial = Changing.Word(query["serial"]),
    };

    /// <param name="reach">Units that the reader may know of (<see cref="People.Reach"/>).</param>
    public RecorderFilter Filter(Guid[]? reach) => new() { Text = Text, Unit = Unit, Kind = Kind, State = State, Reach = reach };

    public RecordersQuery FirstPage() => this with { After = null, Before = null, Said = null, Serial = null };

    /// <summary>The same conditions at another address, such as the labels'.</summary>
    public string At(string path) => QueryHelpers.AddQueryString(path, Parameters());

    public string Handler(string name) => QueryHelpers.AddQueryString(FirstPage().Path, "handler", name);

    private IEnumerable<KeyValuePair<string, string?>> Parameters()
    {
        foreach (var (name, value) in new[] { ("q", Text), ("unit", Unit), ("kind", Kind), ("state", State), ("after", After), ("before", Before), ("said", Said), ("serial", Serial) })
        {
            if (value is not null)
                yield return new(name, value);
        }
    }
}
