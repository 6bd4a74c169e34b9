using Microsoft.Extensions.DependencyInjection.Extensions;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What is overdue: lists, counts, sheets. Section <c>Overdue</c> of the configuration holds the bureau's rules.</summary>
internal static class OverdueFeature
{
    public const string Section = "Overdue";

    public static IServiceCollection AddOverdue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OverdueRules>().Bind(configuration.GetSection(Section))
            .Validate(rules => rules.LongestShift > TimeSpan.Zero && rules.LateSince > TimeSpan.Zero, $"{Section}:LongestShift and {Section}:LateSince must be longer than nothing.")
            .Validate(rules => rules.DockWithin >= TimeSpan.Zero && rules.HandInWithin >= TimeSpan.Zero, $"{Section}:DockWithin and {Section}:HandInWithin can't be negative.")
            .Validate(rules => rules.LeastFreePercent is >= 0 and <= 100, $"{Section}:LeastFreePercent is 0 to 100.")
            .Validate(rules => rules.ClockWarning > TimeSpan.Zero && rules.ClockWrong >= rules.ClockWarning, $"{Section}:ClockWrong can't be less than {Section}:ClockWarning, and both are more than nothing.")
            .ValidateOnStart();
        services.TryAddSingleton<OverdueLists>();
        return services;
    }
}

/// <summary>Words of what is overdue, in Resources/OverdueWords.resx.</summary>
internal sealed class OverdueWords;
