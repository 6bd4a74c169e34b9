using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Coverage of all cases of some days, summed by step: what statistics of the prefecture ask for.</summary>
internal static class CoverageApi
{
    /// <summary>A quarter and a day: coverage is computed when asked, and nobody waits for a year.</summary>
    private const int MostDays = 93;

    public static RouteGroupBuilder MapCoverageApi(this RouteGroupBuilder api)
    {
        api.MapGet("/coverage", OpenedAsync).WithName("getCoverage").WithTags("cases").RequireAuthorization(nameof(Right.SeeCases))
            .WithSummary("Coverage of the cases in the caller's scope that were opened within some days, 93 at most, summed by step.");
        return api;
    }

    private static async Task<Ok<CoverageSumView>> OpenedAsync(
        CoverageTable coverage, HttpContext http, [Description("First day of opening.")] DateOnly from, [Description("Last day of opening.")] DateOnly to,
        [Description("Code of a unit, with all below it.")] string? unit, CancellationToken ct)
    {
        if (to < from || to.DayNumber - from.DayNumber >= MostDays)
            throw new ProblemException(ProblemCode.BadRequest);
        var steps = await coverage.OpenedAsync(http.User.CaseViewer(), from, to, Changing.Word(unit), ct);
        return TypedResults.Ok(new CoverageSumView([.. steps.Select(StepSumView.Of)]));
    }
}

/// <summary>Coverage by step, in order; steps that no case needs are left out.</summary>
internal sealed record CoverageSumView(IReadOnlyList<StepSumView> Steps);

/// <summary>One step.</summary>
/// <param name="Step">filing, investigation, evidence, review, decision, service or execution.</param>
/// <param name="Cases">How many cases need something of it.</param>
/// <param name="Required">Items of activities that it needs.</param>
/// <param name="Satisfied">Shown by confirmed footage.</param>
/// <param name="Waived">Waived, which is never coverage.</param>
/// <param name="Lacking">Neither.</param>
/// <param name="Suggested">Of those, how many have suggestions alone.</param>
/// <param name="MissingMs">Time that is missing, in ms.</param>
internal sealed record StepSumView(string Step, int Cases, int Required, int Satisfied, int Waived, int Lacking, int Suggested, long MissingMs)
{
    public static StepSumView Of(StepOfCases step) =>
        new(step.Step, step.Cases, step.Required, step.Satisfied, step.Waived, step.Lacking, step.Suggested, step.MissingMs);
}
