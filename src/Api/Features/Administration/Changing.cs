using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What pages and programs that change records have in common: who, when, and which version they saw.</summary>
internal static class Changing
{
    public static ChangeBy By(this HttpContext http, string via) => new(
        http.User.Viewer().Actor, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), via)
    {
        Reach = http.User.Reach(),
    };

    /// <summary>Today in UTC+8.</summary>
    public static DateOnly Today(this TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().ToOffset(ChinaTime.Offset).DateTime);

    /// <summary>If-Match: "3" names the version that may be replaced, If-None-Match: * says that nothing may be there; null without either.</summary>
    public static int? KnownVersion(this HttpRequest request)
    {
        var headers = request.GetTypedHeaders();
        if (headers.IfNoneMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any)))
            return 0;
        if (headers.IfMatch.Count == 0 || headers.IfMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any)))
            return null;
        return headers.IfMatch.Count == 1 && int.TryParse(headers.IfMatch[0].Tag.AsSpan().Trim('"'), out var version)
            ? version
            : throw new ProblemException(ProblemCode.ChangedSince);
    }

    public static void Tag(this HttpResponse response, int version) => response.GetTypedHeaders().ETag = new EntityTagHeaderValue($"\"{version}\"");

    /// <summary>The answer of a save to a program: the version for its tag, or a problem.</summary>
    public static SaveResult OrProblem(this SaveResult result) => result.Outcome switch
    {
        SaveOutcome.Refused => throw new ProblemException(ProblemCode.Invalid) { Faults = result.Faults },
        SaveOutcome.Stale => throw new ProblemException(ProblemCode.ChangedSince),
        SaveOutcome.Created or SaveOutcome.Changed or SaveOutcome.Unchanged => result,
    };

    /// <summary>Of a tree the units that a person may know the people and recorders of (<see cref="People.Reach"/>).</summary>
    public static IReadOnlyList<UnitRow> Within(this IEnumerable<UnitRow> tree, Guid[]? reach) => [.. tree.Where(unit => reach is null || reach.Contains(unit.UnitId.Value))];

    /// <summary>Parameters of a list for programs, refused where they make no sense.</summary>
    public static int Limit(int? limit) => (limit ?? 50) is >= 1 and <= 200 and var good ? good : throw new ProblemException(ProblemCode.BadRequest);

    public static string? Word(string? text) =>
        text is not null && PlainText.Cut(text.Trim(), 100).Trim() is { Length: > 0 } kept ? kept : null;

    /// <summary>A word in all languages of the product: sheets travel between people who read different ones.</summary>
    public static IReadOnlyList<string> InAllLanguages(this IStringLocalizer words, string key)
    {
        var own = System.Globalization.CultureInfo.CurrentUICulture;
        try
        {
            return [.. Languages.All.Select(language =>
            {
                System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo(language);
                return words[key].Value;
            })];
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentUICulture = own;
        }
    }
}
