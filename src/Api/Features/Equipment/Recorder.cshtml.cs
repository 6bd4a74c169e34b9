using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>One recorder: what it is, who had it, what docking taught, what happened to it; and the desk for it alone.</summary>
[Authorize(Policy = nameof(Right.SeeRecorders))]
internal sealed class OneRecorderModel(
    RecorderTable recorders, RecorderModelTable models, RecorderDockTable docking, UnitTable units, AllocationTable allocations, ClockTable clocks, BureauKey bureau, BindingRequestTable bindings,
    IOptions<OverdueRules> rules, IStringLocalizer<FaultWords> faultWords, TimeProvider time) : DeskModel(allocations, faultWords)
{
    public const int MostAllocations = 50, MostSessions = 20;

    public static readonly string[] AllIncidents = ["lost", "stolen", "damaged", "found"];

    private readonly AllocationTable _allocations = allocations;

    [BindProperty]
    public string? Serial { get; set; }

    [BindProperty]
    public string? Kind { get; set; }

    [BindProperty(Name = "Model")]
    public string? ModelName { get; set; }

    [BindProperty]
    public string? Unit { get; set; }

    [BindProperty]
    public string? State { get; set; }

    [BindProperty]
    public bool Pool { get; set; }

    [BindProperty]
    public string? BoughtOn { get; set; }

    [BindProperty]
    public string? WarrantyUntil { get; set; }

    [BindProperty]
    public string? StorageGb { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    [BindProperty]
    public string? Incident { get; set; }

    [BindProperty]
    public string? HappenedOn { get; set; }

    [BindProperty]
    public string? What { get; set; }

    /// <summary>What the recorder's clock shows, as <c>datetime-local</c> in UTC+8.</summary>
    [BindProperty]
    public string? Shown { get; set; }

    [BindProperty]
    public string? ClockNote { get; set; }

    public RecorderRow? Recorder { get; private set; }

    public IReadOnlyList<ClockReadingRow> Clock { get; private set; } = [];

    /// <summary>How the clock stands by its latest comparison, with its drift; null where it was never compared.</summary>
    public ClockStanding? ClockStands { get; private set; }

    public string? Firmware { get; private set; }

    /// <summary>The latest wish that a station write a binding file; null where there was none.</summary>
    public BindingRequestRow? Binding { get; private set; }

    /// <summary>Room on it at its last docking; null where no slot told.</summary>
    public RecorderSpace? Space { get; private set; }

    /// <summary>By the bureau's rule (<see cref="OverdueRules.LeastFreePercent"/>).</summary>
    public bool IsLowOnSpace => Space is { } space && space.FreeBytes * 100 < space.TotalBytes * rules.Value.LeastFreePercent;

    public IReadOnlyList<RecorderModel> Models { get; private set; } = [];

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    public IReadOnlyList<AllocationRow> Allocations { get; private set; } = [];

    public IReadOnlyList<RecorderSession> Sessions { get; private set; } = [];

    public RecorderDocking Docking { get; private set; } = new(0, null, 0, 0, 0);

    public IReadOnlyList<RecorderIncident> Incidents { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public string Today => time.Today().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>What was just done, a key of <c>Said_CODE</c>.</summary>
    public string? Said { get; private set; }

    protected override string DeskPath => $"/recorders/{Uri.EscapeDataString(RouteKey)}";

    private string RouteKey => (string)RouteData.Values["key"]!;

    private bool IsForNew => RouteKey == "new";

    public async Task<IActionResult> OnGetAsync(string? said, CancellationToken ct)
    {
        Said = RecordersQuery.AllSaid.Concat(["saved", "incident", "clock", "binding-asked", "binding-withdrawn"]).FirstOrDefault(one => one == said);
        await ReadAsync(ct);
        if (IsForNew)
        {
            if (!MayManage)
                return Forbid();
            (Kind, State) = (RecorderKinds.All[0], RecorderStates.InUse);
            return Page();
        }
        return Recorder is null ? NotFound() : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        Sent = "edit";
        var faults = new List<Fault>();
        var draft = new RecorderDraft
        {
            // An address names one recorder, whatever the form says.
            Serial = IsForNew ? Scanned.Recorder(Serial) : RouteKey,
            Kind = Kind,
            Model = ModelName,
            Unit = Unit,
            State = State,
            Pool = Pool,
            BoughtOn = DayOf(BoughtOn, "boughtOn", faults),
            WarrantyUntil = DayOf(WarrantyUntil, "warrantyUntil", faults),
            StorageGb = NumberOf(StorageGb, "storageGb", faults),
            Note = Note,
        };
        if (faults.Count == 0 && Take(await recorders.SaveAsync(draft, IsForNew ? 0 : Version, HttpContext.By("page"), ct)))
            return Done("saved", draft.Serial!.Trim());
        Faults = [.. faults, .. Faults];
        return await AgainAsync(ct);
    }

    public async Task<IActionResult> OnPostIncidentAsync(CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        Sent = "incident";
        var faults = new List<Fault>();
        var day = DayOf(HappenedOn, "happenedOn", faults);
        if (faults.Count == 0 && Take(await recorders.ReportAsync(RouteKey, Incident, day, What, HttpContext.By("page"), ct)))
            return Done("incident", RouteKey);
        Faults = [.. faults, .. Faults];
        return await AgainAsync(ct);
    }

    /// <summary>A new binding file. It is counted and put on record before it is handed out.</summary>
    public async Task<IActionResult> OnPostBindingAsync(CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        if (await bureau.ReadAsync(ct) is not { } key)
        {
            Sent = "binding";
            Faults = [new Fault("binding", "no-bureau-key")];
            return await AgainAsync(ct);
        }
        return await recorders.NextBindingAsync(RouteKey, HttpContext.By("page"), ct) is { } bound
            ? File(RecorderBinding.Write(bound.Serial, bound.Issue, key), "application/octet-stream", RecorderBinding.FileName)
            : NotFound();
    }

    /// <summary>Has a station write a binding file when the recorder next docks.</summary>
    public async Task<IActionResult> OnPostAskBindingAsync(CancellationToken ct) =>
        !MayManage ? Forbid() : await bindings.AskAsync(RouteKey, HttpContext.By("page"), ct) ? Done("binding-asked", RouteKey) : NotFound();

    public async Task<IActionResult> OnPostWithdrawBindingAsync(CancellationToken ct) =>
        !MayManage ? Forbid() : await bindings.WithdrawAsync(RouteKey, HttpContext.By("page"), ct) ? Done("binding-withdrawn", RouteKey) : NotFound();

    /// <summary>Compares the recorder's clock with this server's, at the moment of pressing the button.</summary>
    public async Task<IActionResult> OnPostClockAsync(CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        Sent = "clock";
        if (DateTime.TryParse(Shown, CultureInfo.InvariantCulture, DateTimeStyles.None, out var shown) && shown.Kind == DateTimeKind.Unspecified && shown.Year is >= 1980 and < 2200
            && await recorders.FindAsync(RouteKey, User.Reach(), ct) is { } recorder
            && await clocks.EnterAsync(recorder.Serial, new ClockEntry(new DateTimeOffset(shown, ChinaTime.Offset), null, null, ClockNote), HttpContext.By("page"), ct))
        {
            return Done("clock", recorder.Serial);
        }
        Faults = [new Fault("shown", "not-a-time")];
        return await AgainAsync(ct);
    }

    protected override IActionResult Done(string said, string serial) => Redirect($"/recorders/{Uri.EscapeDataString(serial)}?said={said}");

    protected override async Task<IActionResult> AgainAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        return Recorder is null && !IsForNew ? NotFound() : Page();
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        if (MayManage)
            (Models, Units) = (await models.ListAsync(ct), (await units.TreeAsync(time.Today(), ct)).Within(User.Reach()));
        if (IsForNew || await recorders.FindAsync(RouteKey, User.Reach(), ct) is not { } recorder)
            return;
        Recorder = recorder;
        Allocations = await _allocations.OfRecorderAsync(recorder.RecorderId, MostAllocations, ct);
        Docking = await docking.DockingAsync(recorder.Serial, ct);
        Sessions = await docking.SessionsAsync(recorder.Serial, MostSessions, ct);
        Binding = await bindings.LatestAsync(recorder.RecorderId, ct);
        Space = await docking.SpaceAsync(recorder.Serial, ct);
        Firmware = await docking.FirmwareAsync(recorder.Serial, ct);
        Clock = await clocks.OfRecorderAsync(recorder.Serial, ct);
        ClockStands = await clocks.StandingAsync(recorder.Serial, ct);
        Incidents = await recorders.IncidentsAsync(recorder.RecorderId, ct);
        // What was typed stays in a form that wasn't saved.
        if (Sent == "edit")
            return;
        var draft = recorder.Draft();
        (Version, Serial, Kind, ModelName, Unit, State, Pool) = (recorder.Version, draft.Serial, draft.Kind, draft.Model, draft.Unit, draft.State, draft.Pool);
        (BoughtOn, WarrantyUntil, StorageGb, Note) = (Text(draft.BoughtOn), Text(draft.WarrantyUntil), draft.StorageGb?.ToString(CultureInfo.InvariantCulture), draft.Note);
    }

    private static string? Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
