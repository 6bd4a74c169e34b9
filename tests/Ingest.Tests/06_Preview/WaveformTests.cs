using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using CsCheck;
using Xunit;

namespace YaoAn.Ingest.Tests.Preview;

public sealed class WaveformTests
{
    [Fact]
    public async Task The_peaks_of_a_sine_are_its_amplitude()
    {
        var (waveform, pcm) = (new Waveform(), Sine(seconds: 2, amplitude: 0.5));
        await waveform.ReadAsync(new MemoryStream(pcm), default);
        var (secondsPerPeak, peaks) = Json(waveform);
        Assert.Equal((0.05, 40, 16_000L), (secondsPerPeak, peaks.Length, waveform.Samples));
        Assert.All(peaks, peak => Assert.InRange(peak, 49, 50));
    }

    [Fact]
    public async Task Silence_is_zero_and_full_scale_is_a_hundred_on_either_side()
    {
        var waveform = new Waveform();
        byte[] pcm = [.. new byte[800], .. Enumerable.Repeat((byte[])[0x00, 0x80], 400).SelectMany(b => b), .. Enumerable.Repeat((byte[])[0xFF, 0x7F], 400).SelectMany(b => b)];
        await waveform.ReadAsync(new MemoryStream(pcm), default);
        Assert.Equal([0, 100, 100], Json(waveform).Peaks);
    }

    [Fact]
    public void However_the_bytes_are_cut_the_peaks_are_the_same() => Gen.Select(Gen.Byte.Array[0, 4000], Gen.Int[1, 17].Array[1, 20]).Sample((pcm, cuts) =>
    {
        var (whole, cut) = (new Waveform(), new Waveform());
        whole.Add(pcm);
        for (var (position, i) = (0, 0); position < pcm.Length; i++)
        {
            var length = Math.Min(cuts[i % cuts.Length], pcm.Length - position);
            cut.Add(pcm.AsSpan(position, length));
            position += length;
        }
        Assert.Equal(whole.Samples, cut.Samples);
        Assert.Equal(Json(whole).Peaks, Json(cut).Peaks);
    });

    [Fact]
    public void Ten_hours_take_no_more_memory_than_a_minute()
    {
        var (waveform, second) = (new Waveform(), RandomNumberGenerator.GetBytes(2 * Waveform.RateHz));
        for (var i = 0; i < 60; i++)
            waveform.Add(second);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 60; i < 36_000; i += 10)
            waveform.Add(second);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.InRange(Json(waveform).Peaks.Length, 900, 2000);
    }

    [Fact]
    public async Task Peaks_cover_the_whole_sound_when_spans_have_doubled()
    {
        var waveform = new Waveform();
        await waveform.ReadAsync(new MemoryStream(Sine(seconds: 150, amplitude: 0.25)), default);
        var (secondsPerPeak, peaks) = Json(waveform);
        Assert.Equal(0.1, secondsPerPeak);
        Assert.InRange(peaks.Length * secondsPerPeak, 150, 150.1);
        Assert.All(peaks, peak => Assert.InRange(peak, 24, 25));
    }

    private static (double SecondsPerPeak, int[] Peaks) Json(Waveform waveform)
    {
        using var json = JsonDocument.Parse(waveform.ToJson());
        return (json.RootElement.GetProperty("secondsPerPeak").GetDouble(), [.. json.RootElement.GetProperty("peaks").EnumerateArray().Select(peak => peak.GetInt32())]);
    }

    private static byte[] Sine(int seconds, double amplitude)
    {
        var pcm = new byte[seconds * Waveform.RateHz * 2];
        for (var i = 0; i < pcm.Length / 2; i++)
            BinaryPrimitives.WriteInt16LittleEndian(pcm.AsSpan(2 * i), (short)(amplitude * short.MaxValue * Math.Sin(2 * Math.PI * 440 * i / Waveform.RateHz)));
        return pcm;
    }
}
