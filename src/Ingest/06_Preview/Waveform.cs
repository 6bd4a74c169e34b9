using System.Buffers.Binary;
using System.Text.Json;

namespace YaoAn.Ingest;

/// <summary>
/// Peaks of a sound, computed from piped 8 kHz mono PCM in constant memory (ffmpeg's own showwavespic keeps every sample: 583 MiB an
/// hour). One peak is the largest absolute sample of its span, 0–100; spans double when there are too many, so the count stays bounded.
/// </summary>
internal sealed class Waveform
{
    /// <summary>Samples per second of the piped PCM.</summary>
    public const int RateHz = 8000;

    private const int MaxPeaks = 2000;
    private readonly List<short> _peaks = [];
    private int _samplesPerPeak = RateHz / 20;
    private int _inSpan;
    private short _peak;
    private byte? _odd;

    /// <summary>Samples seen.</summary>
    public long Samples { get; private set; }

    /// <summary>Length of the sound.</summary>
    public TimeSpan Length => TimeSpan.FromSeconds((double)Samples / RateHz);

    /// <summary>Reads signed 16-bit little-endian PCM to its end.</summary>
    public async Task ReadAsync(Stream pcm, CancellationToken ct)
    {
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await pcm.ReadAsync(buffer, ct)) > 0)
            Add(buffer.AsSpan(0, read));
        if (_inSpan > 0)
            EndSpan();
    }

    /// <summary>JSON: <c>secondsPerPeak</c> and <c>peaks</c>, each 0–100.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new { secondsPerPeak = (double)_samplesPerPeak / RateHz, peaks = _peaks.Select(peak => (int)Math.Round(peak * 100.0 / short.MaxValue)) },
        JsonSerializerOptions.Web);

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (_odd is { } low && bytes.Length > 0)
        {
            Add((short)(low | (bytes[0] << 8)));
            bytes = bytes[1..];
            _odd = null;
        }
        for (; bytes.Length >= 2; bytes = bytes[2..])
            Add(BinaryPrimitives.ReadInt16LittleEndian(bytes));
        if (bytes.Length == 1)
            _odd = bytes[0];
    }

    private void Add(short sample)
    {
        Samples++;
        _peak = Math.Max(_peak, sample == short.MinValue ? short.MaxValue : Math.Abs(sample));
        if (++_inSpan == _samplesPerPeak)
            EndSpan();
    }

    private void EndSpan()
    {
        _peaks.Add(_peak);
        (_peak, _inSpan) = (0, 0);
        if (_peaks.Count < MaxPeaks)
            return;
        for (var i = 0; i < MaxPeaks / 2; i++)
            _peaks[i] = Math.Max(_peaks[2 * i], _peaks[(2 * i) + 1]);
        _peaks.RemoveRange(MaxPeaks / 2, MaxPeaks / 2);
        _samplesPerPeak *= 2;
    }
}
