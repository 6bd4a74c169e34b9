using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Probe;

/// <summary>The real bubblewrap around the real ffmpeg: what a hostile file can not reach.</summary>
public sealed class SandboxTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Station _station = Station.Docking(new FakeTimeProvider(Given.Now));

    private Sandbox Sandbox => _station.Get<Sandbox>();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _station.DisposeAsync();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task It_starts_here_and_leaves_nothing_behind()
    {
        Media.NeedTools();
        await Sandbox.TryAsync(default);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_station.Folder, "run", "media")));
    }

    [SkippableFact]
    public async Task The_one_input_can_be_read_and_no_other_file_of_the_machine()
    {
        Media.NeedTools();
        Media.Clip(_folder.At("input.mp4"), "input", 1);
        File.Copy(_folder.At("input.mp4"), _folder.At("canary.mp4"));
        Assert.Equal(0, (await ProbeAsync(_folder.At("input.mp4"), Sandbox.Input)).ExitCode);
        foreach (var path in (string[])[_folder.At("canary.mp4"), "/etc/passwd", "/proc/1/environ", Path.Combine(_station.Folder, "station.db")])
            Assert.NotEqual(0, (await ProbeAsync(_folder.At("input.mp4"), path)).ExitCode);
    }

    [SkippableFact]
    public async Task Nothing_can_be_written_but_into_the_job_s_own_folder()
    {
        Media.NeedTools();
        var input = _folder.At("input.mp4");
        Media.Clip(input, "input", 1);
        var before = await File.ReadAllBytesAsync(input);
        using var job = Sandbox.Prepare(input, 30);
        var good = await Sandbox.RunAsync(job, "ffmpeg", ["-v", "error", "-y", "-i", Sandbox.Input, "-frames:v", "1", "-f", "image2", "/out/a.jpg"], null, default);
        Assert.True(good.ExitCode == 0 && File.Exists(job.Out("a.jpg")), good.Errors);
        // What is written elsewhere fails, or stays in the sandbox's own memory and ends with it.
        foreach (var path in (string[])["/in/original", "/usr/yaoan-test.jpg", "/in/yaoan-test.jpg", "/tmp/yaoan-test.jpg", _folder.At("yaoan-test.jpg")])
        {
            await Sandbox.RunAsync(job, "ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2", "-frames:v", "1", "-f", "image2", "-update", "1", path], null, default);
            Assert.False(path != "/in/original" && File.Exists(path), path);
        }
        Assert.Equal(before, await File.ReadAllBytesAsync(input));
        Assert.Equal(["a.jpg"], Directory.GetFileSystemEntries(Path.Combine(job.Folder, "out")).Select(Path.GetFileName));
        Assert.Equal(["original", "out", "seconds"], Directory.GetFileSystemEntries(job.Folder).Select(Path.GetFileName).Order());
    }

    [SkippableFact]
    public async Task There_is_no_network_not_even_to_this_machine()
    {
        Media.NeedTools();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var input = _folder.Write("input", "x"u8);
        using var job = Sandbox.Prepare(input, 30);
        var result = await Sandbox.RunAsync(
            job, "ffprobe", ["-v", "error", "-protocol_whitelist", "file,http,tcp", $"http://127.0.0.1:{port}/x.mp4"], null, default);
        Assert.NotEqual(0, result.ExitCode);
        Assert.False(listener.Pending(), "something connected");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        Assert.True(listener.Pending(), "the listener works");
    }

    public static TheoryData<string> Playlists => new()
    {
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nconcat:{0}|/etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile {0}\n",
        "ffconcat version 1.0\nfile http://127.0.0.1:{1}/x\n",
        "<?xml version=\"1.0\"?><MPD><Period><AdaptationSet><Representation><BaseURL>{0}</BaseURL></Representation></AdaptationSet></Period></MPD>",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video {1} RTP/AVP 96\n",
    };

    [SkippableTheory]
    [MemberData(nameof(Playlists))]
    public async Task A_playlist_that_calls_itself_mp4_reads_and_fetches_nothing(string playlist)
    {
        Media.NeedTools();
        Media.Clip(_folder.At("canary.mp4"), "canary", 1);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var hostile = _folder.Write("hostile.mp4", Encoding.UTF8.GetBytes(
            playlist.Replace("{0}", _folder.At("canary.mp4"), StringComparison.Ordinal).Replace("{1}", $"{((IPEndPoint)listener.LocalEndpoint).Port}", StringComparison.Ordinal)));
        Assert.Null(await _station.Get<FfprobeReader>().ReadAsync(ClipId.New(Given.Now), hostile, isWaitedFor: false, default));
        Assert.False(listener.Pending(), "something connected");
    }

    [SkippableFact]
    public async Task Whatever_does_not_end_by_itself_is_ended_by_the_limit_of_its_cpu_time()
    {
        Media.NeedTools();
        using var job = Sandbox.Prepare(_folder.Write("input", "x"u8), cpuSeconds: 1);
        var started = Stopwatch.GetTimestamp();
        var result = await Sandbox.RunAsync(job, "ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1920x1080", "-f", "null", "-"], null, default);
        Assert.NotEqual(0, result.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 50);
    }

    [SkippableFact]
    public async Task What_is_cancelled_is_killed()
    {
        Media.NeedTools();
        using var job = Sandbox.Prepare(_folder.Write("input", "x"u8), cpuSeconds: 600);
        using var cancel = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sandbox.RunAsync(
            job, "ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine", "-f", "s16le", "pipe:1"],
            async (output, ct) =>
            {
                await output.ReadExactlyAsync(new byte[1000], ct);
                await cancel.CancelAsync();
                await output.CopyToAsync(Stream.Null, ct);
            },
            cancel.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 30);
    }

    [SkippableFact]
    public async Task A_tool_that_prints_for_ever_fills_no_memory()
    {
        Media.NeedTools();
        using var job = Sandbox.Prepare(_folder.Write("input", "x"u8), cpuSeconds: 2);
        using var kept = new CappedBuffer(1000);
        await Sandbox.RunAsync(job, "ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "anullsrc", "-f", "s16le", "pipe:1"], kept.ReadAsync, default);
        Assert.Equal(1000, kept.ToText().Length);
    }

    [SkippableFact]
    public async Task An_input_that_was_released_meanwhile_is_told_apart_from_a_sandbox_that_can_not_start()
    {
        Media.NeedTools();
        using var job = Sandbox.Prepare(_folder.At("gone"), 10);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Sandbox.RunAsync(job, "ffprobe", ["-version"], null, default));
        using var other = Sandbox.Prepare(_folder.Write("input", "x"u8), 10);
        await Assert.ThrowsAsync<SandboxUnavailableException>(() => Sandbox.RunAsync(other, "sh", ["-c", "true"], null, default));
    }

    [SkippableFact]
    public async Task Embedded_metadata_is_read_by_a_process_of_its_own()
    {
        Media.NeedTools();
        var photo = _folder.At("photo.jpg");
        Photos.WithExif(photo, make: "MAKER\0INSIDE", taken: "2024:01:02 03:04:05");
        var read = (await _station.Get<MetadataReader>().ReadAsync(photo, default))!;
        Assert.Equal(new DateTime(2024, 1, 2, 3, 4, 5), read.LocalTime);
        Assert.DoesNotContain('\0', read.Make!);
        Assert.DoesNotContain(read.Tags, tag => tag.Key.Contains('\0', StringComparison.Ordinal) || tag.Value.Contains('\0', StringComparison.Ordinal));
        Assert.Null(await _station.Get<MetadataReader>().ReadAsync(_folder.Write("no-photo", "no photo at all"u8), default));
    }

    private async Task<ToolResult> ProbeAsync(string input, string path)
    {
        using var job = Sandbox.Prepare(input, 30);
        return await Sandbox.RunAsync(job, "ffprobe", ["-v", "error", path], null, default);
    }
}
