using System.Text.Json;

namespace YaoAn.Api;

/// <summary>The station's tiles as they stand, for what a kiosk may do: it never knows better than they do.</summary>
internal sealed record KioskBoard(string Station, IReadOnlyList<KioskSlot> Slots)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Serials that may be taken out now.</summary>
    public IEnumerable<string> MayTake => Slots.Where(slot => slot.MayTake && In(slot.Recorder!).Count == 1).Select(slot => slot.Recorder!);

    /// <exception cref="StationAwayException">No board comes within three seconds, or it isn't one.</exception>
    public static async Task<KioskBoard> ReadAsync(StationBoard station, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(s_patience);
        try
        {
            await foreach (var board in station.WatchAsync(limit.Token))
                return Of(board);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new StationAwayException("the station sent no board in time");
        }
        throw new StationAwayException("the station ended the stream of its board");
    }

    /// <summary>Slots that a recorder seems to be in; two of them are one too many.</summary>
    public IReadOnlyList<KioskSlot> In(string serial) => [.. Slots.Where(slot => string.Equals(slot.Recorder, serial, StringComparison.OrdinalIgnoreCase))];

    private static KioskBoard Of(string text)
    {
        using var board = JsonDocument.Parse(text);
        if (TextOf(board.RootElement, "station") is not { } station || !board.RootElement.TryGetProperty("slots", out var slots))
            throw new StationAwayException("the station's board names no station");
        return new KioskBoard(
            station,
            [.. slots.EnumerateArray().Where(slot => TextOf(slot, "recorder") is not null).Select(slot => new KioskSlot(
                slot.GetProperty("slot").GetInt32(), TextOf(slot, "recorder")!, slot.TryGetProperty("mayTake", out var may) && may.ValueKind == JsonValueKind.True))]);
    }

    private static string? TextOf(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>A slot with a recorder in it.</summary>
internal sealed record KioskSlot(int Slot, string Recorder, bool MayTake);
