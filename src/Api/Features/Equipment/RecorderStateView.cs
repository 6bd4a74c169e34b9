using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>State of a recorder as a badge says it.</summary>
/// <param name="Recorder">Recorder.</param>
/// <param name="Now">Present time, which decides what is overdue.</param>
internal sealed record RecorderStateView(RecorderRow Recorder, DateTimeOffset Now);
