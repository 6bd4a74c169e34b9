using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What forms have in common: the version that they show, faults beside their fields, and dates as browsers send them.</summary>
internal abstract class EditModel(IStringLocalizer<FaultWords> faultWords) : PageModel
{
    /// <summary>Version that the person saw; 0 for something new.</summary>
    [BindProperty]
    public int Version { get; set; }

    public IReadOnlyList<Fault> Faults { get; protected set; } = [];

    /// <summary>Somebody else changed it meanwhile; the form shows what was typed, and nothing was saved.</summary>
    public bool IsStale { get; protected set; }

    /// <summary>It was just saved.</summary>
    public bool IsSaved { get; protected set; }

    public bool IsNew => Version == 0;

    /// <summary>What is wrong with a field, or null.</summary>
    public string? FaultOf(string field) => Faults.FirstOrDefault(fault => fault.Field == field) is { } fault ? faultWords.Sentence(fault) : null;

    /// <summary>A date of a form; one that is none becomes a fault.</summary>
    protected static DateOnly? DayOf(string? text, string field, List<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        faults.Add(new Fault(field, "not-a-date"));
        return null;
    }

    /// <summary>A whole number of a form; one that is none becomes a fault.</summary>
    protected static int? NumberOf(string? text, string field, List<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        faults.Add(new Fault(field, "not-a-number"));
        return null;
    }

    /// <summary>Takes the answer of a save over; true where it is saved.</summary>
    protected bool Take(SaveResult result)
    {
        (Faults, IsStale) = (result.Faults, result.Outcome == SaveOutcome.Stale);
        return result.Outcome is SaveOutcome.Created or SaveOutcome.Changed or SaveOutcome.Unchanged;
    }
}

/// <summary>A line of a form.</summary>
/// <param name="Field">Name of the field, which faults have too.</param>
/// <param name="Label">What stands before it.</param>
/// <param name="Value">What stands in it.</param>
/// <param name="Fault">What is wrong with it.</param>
internal sealed record FormLine(string Field, string Label, string? Value, string? Fault)
{
    public string Type { get; init; } = "text";

    /// <summary>Name in the form where it is another one than the field's.</summary>
    public string Name { get; init; } = Field;

    public string? Note { get; init; }

    public bool IsRequired { get; init; }

    public bool IsFixed { get; init; }

    public bool IsMono { get; init; }

    public int Longest { get; init; } = 60;
}
