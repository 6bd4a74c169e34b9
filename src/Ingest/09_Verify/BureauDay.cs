using Microsoft.Extensions.Options;

namespace YaoAn.Ingest;

/// <summary>Days and nights of the bureau, whatever the machine's zone is.</summary>
internal sealed class BureauDay(IOptions<WorkOptions> work, TimeProvider time)
{
    private static readonly TimeZoneInfo s_zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    /// <summary>The present time there.</summary>
    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(time.GetUtcNow(), s_zone);

    /// <summary>The night of the rota whose window is open now, and its end; null outside of it.</summary>
    public (DateOnly Night, DateTimeOffset Until)? Night()
    {
        var local = Now;
        var start = new DateTimeOffset(local.Date + work.Value.RotaAt, local.Offset);
        if (local < start)
            start = start.AddDays(-1);
        return local < start + work.Value.RotaFor ? (DateOnly.FromDateTime(start.DateTime), start + work.Value.RotaFor) : null;
    }

    /// <summary>The day whose census is due; null while it is too early for today's.</summary>
    public DateOnly? CensusDay() => Now is var local && local.TimeOfDay >= work.Value.CensusAt ? DateOnly.FromDateTime(local.DateTime) : null;
}
