using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A sheet of labels, 3 by 8 on A4: of the recorders that are named, or of those that a list shows.</summary>
[Authorize(Policy = nameof(Right.SeeRecorders))]
internal sealed class LabelsModel(RecorderTable recorders, TimeProvider time) : PageModel
{
    public const int MostLabels = 480;

    public IReadOnlyList<RecorderRow> Recorders { get; private set; } = [];

    /// <summary>Places of the first sheet that were used before.</summary>
    public int Skip { get; private set; }

    public string? Serials { get; private set; }

    public RecordersQuery Query { get; private set; } = new();

    public async Task OnGetAsync(string? serials, string? skip, CancellationToken ct)
    {
        Query = RecordersQuery.Read(Request.Query).FirstPage();
        Serials = serials;
        Skip = LabelSheets.SkipOf(skip);
        var named = (serials ?? "").Split([',', '，', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostLabels).ToList();
        var filter = named.Count > 0 ? new RecorderFilter { Reach = User.Reach(), Serials = [.. named.Select(text => PlainText.Cut(Scanned.Recorder(text)!, RecorderTable.LongestSerial))] } : Query.Filter(User.Reach());
        Recorders = (await recorders.ListAsync(filter, null, null, MostLabels, time.GetUtcNow(), ct)).Rows;
    }
}
