using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// The desk where recorders go out and come back: a field for the recorder and one for the officer. A scanner ends each code with Enter; the
/// browser then goes to the next field that has to be filled in, and sends the form with the last.
/// </summary>
internal abstract class DeskModel(AllocationTable allocations, IStringLocalizer<FaultWords> faultWords) : EditModel(faultWords)
{
    private static readonly string[] s_timeForms = ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm"];

    /// <summary>Serial or code of the recorder.</summary>
    [BindProperty]
    public string? Device { get; set; }

    /// <summary>Number or code of the officer.</summary>
    [BindProperty]
    public string? To { get; set; }

    [BindProperty]
    public string? DueAt { get; set; }

    /// <summary>Serials of what the officer has already, as the person at the desk was shown them before pressing again.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    /// <summary>What the officer has of this kind already: the person at the desk is asked whether it is to be one more.</summary>
    public IReadOnlyList<AllocationRow> Already { get; private set; } = [];

    public string SerialsOfAlready => string.Join(',', Already.Select(held => held.Serial));

    /// <summary>Which of the desk's forms was sent: <c>issue</c>, <c>return</c>, <c>hand-over</c>.</summary>
    public string? Sent { get; protected set; }

    public bool MayManage => User.Has(Right.ManageRecorders);

    public string HandlerPath(string handler) => QueryHelpers.AddQueryString(DeskPath, "handler", handler);

    /// <summary>What was typed into a field of a refused form. A field that was wrong is empty again: the next scan would be added to it.</summary>
    public string? Kept(string form, string field, string? value) => Sent == form && FaultOf(field) is null ? value : null;

    /// <summary>Where the next scan goes: the first field of the form that is wrong or empty.</summary>
    public string FieldToScan(string form) => Sent == form && FaultOf("serial") is null ? "officer" : "serial";

    /// <summary>Sentences for what is wrong with a form that was sent.</summary>
    public IEnumerable<string> WrongWith(string form) => Sent == form ? Faults.Select(fault => FaultOf(fault.Field)!).Distinct() : [];

    public async Task<IActionResult> OnPostIssueAsync(CancellationToken ct) =>
        await DoAsync("issue", wish => allocations.IssueAsync(wish, HttpContext.By("page"), ct), ct);

    public async Task<IActionResult> OnPostHandOverAsync(CancellationToken ct) =>
        await DoAsync("hand-over", wish => allocations.HandOverAsync(wish, HttpContext.By("page"), ct), ct);

    public async Task<IActionResult> OnPostReturnAsync(CancellationToken ct) =>
        await DoAsync("return", wish => allocations.ReturnAsync(wish.Serial, null, HttpContext.By("page"), ct), ct);

    /// <summary>Address that the desk's forms are sent to, without a handler.</summary>
    protected abstract string DeskPath { get; }

    /// <summary>Where the page goes after what was asked for is done; <paramref name="said"/> is a code of <see cref="RecordersQuery.AllSaid"/>.</summary>
    protected abstract IActionResult Done(string said, string serial);

    /// <summary>Reads what the page shows, where something couldn't be done.</summary>
    protected abstract Task<IActionResult> AgainAsync(CancellationToken ct);

    private async Task<IActionResult> DoAsync(string form, Func<IssueWish, Task<SaveResult>> work, CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        Sent = form;
        var faults = new List<Fault>();
        var wish = new IssueWish { Serial = Scanned.Recorder(Device), Officer = Scanned.Officer(To), DueAt = TimeOf(DueAt, "dueAt", faults) };
        if (faults.Count == 0 && form == "issue" && wish is { Serial: not null, Officer: not null })
        {
            Already = await allocations.HeldBesideAsync(wish.Serial, wish.Officer, User.Reach(), ct);
            if (Already.Count > 0 && SerialsOfAlready != Seen)
                return await AgainAsync(ct);
        }
        if (faults.Count == 0)
        {
            var result = await work(wish);
            if (Take(result))
                return Done(result.Outcome == SaveOutcome.Unchanged ? "already" : form switch { "issue" => "issued", "return" => "returned", _ => "handed-over" }, wish.Serial!);
        }
        Faults = [.. faults, .. Faults];
        return await AgainAsync(ct);
    }

    /// <summary>A time of a form, in UTC+8; one that is none becomes a fault.</summary>
    private static DateTimeOffset? TimeOf(string? text, string field, List<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (DateTime.TryParseExact(text.Trim(), s_timeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return new DateTimeOffset(time, ChinaTime.Offset);
        faults.Add(new Fault(field, "not-a-time"));
        return null;
    }
}
