using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>Units and officers that tests begin with.</summary>
public static class GivenPeople
{
    /// <summary>Somebody who changes records on a page, at <see cref="Given.Now"/> or later.</summary>
    public static ChangeBy By(TimeSpan later = default) => new(CustodyActor.Person(AccountId.New(Given.Now), "administrator"), Given.Now + later, "page");

    /// <summary>A unit, made or changed.</summary>
    public static async Task<UnitDraft> UnitAsync(CatalogDatabase catalog, string code, string? parent = null, int? officersPerRecorder = null)
    {
        var draft = new UnitDraft { Code = code, Name = $"单位 {code}", Kind = UnitKinds.Squad, Parent = parent, OfficersPerRecorder = officersPerRecorder };
        var saved = await new UnitTable(catalog).SaveAsync(draft, null, By(), CancellationToken.None);
        return saved.Outcome is SaveOutcome.Created or SaveOutcome.Changed or SaveOutcome.Unchanged
            ? draft
            : throw new InvalidOperationException($"{saved.Outcome} {string.Join(' ', saved.Faults)}");
    }

    /// <summary>An officer, made or changed.</summary>
    public static async Task<OfficerRow> OfficerAsync(CatalogDatabase catalog, string number, string unit, DateOnly? since = null)
    {
        var officers = new OfficerTable(catalog);
        var draft = new OfficerDraft { Number = number, Name = $"人员 {number}", Unit = unit, Since = since };
        var saved = await officers.SaveAsync(draft, null, By(), CancellationToken.None);
        return saved.Faults.Count == 0
            ? (await officers.FindAsync(number, CancellationToken.None))!
            : throw new InvalidOperationException(string.Join(' ', saved.Faults));
    }

    /// <summary>A recorder, made or changed.</summary>
    public static async Task<RecorderRow> RecorderAsync(CatalogDatabase catalog, string serial, string unit, string state = RecorderStates.InUse)
    {
        var recorders = new RecorderTable(catalog);
        var saved = await recorders.SaveAsync(new RecorderDraft { Serial = serial, Kind = "body", Unit = unit, State = state }, null, By(), CancellationToken.None);
        return saved.Faults.Count == 0
            ? (await recorders.FindAsync(serial, CancellationToken.None))!
            : throw new InvalidOperationException(string.Join(' ', saved.Faults));
    }
}
