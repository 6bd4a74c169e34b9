using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Npgsql;
using Xunit.Sdk;
using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>A station as <c>deploy/run</c> starts it, PostgreSQL and all, on a data folder of its own; the programs are those of this build.</summary>
public sealed partial class DeployedStation : IAsyncDisposable
{
    private const int SIGTERM = 15, SIGKILL = 9;
    private static readonly TimeSpan s_toStart = TimeSpan.FromMinutes(3), s_toStop = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly int _port = FreePort.Take();
    private Process? _script;

    /// <param name="data">Data folder; the user of PostgreSQL must be able to reach it.</param>
    /// <param name="settings">Keys of the programs.</param>
    public DeployedStation(string data, IReadOnlyDictionary<string, string> settings) => (Data, _settings) = (data, settings);

    public string Data { get; }

    /// <summary>What the script printed.</summary>
    public string Said => string.Join(Environment.NewLine, _said);

    /// <summary>Folder of a slot.</summary>
    public string Slot(int number) => Path.Combine(Data, "docks", $"slot-{number:00}");

    /// <summary>Starts it.</summary>
    /// <returns>How long it took until the script said that it is ready.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script = Script("run", "--no-build", "--data", Data, "--port", _port.ToString(CultureInfo.InvariantCulture));
        _script.OutputDataReceived += (_, line) => Note(line.Data, ready);
        _script.ErrorDataReceived += (_, line) => Note(line.Data, ready);
        _script.BeginOutputReadLine();
        _script.BeginErrorReadLine();
        if (await Task.WhenAny(ready.Task, _script.WaitForExitAsync(), Task.Delay(s_toStart)) != ready.Task)
            throw new XunitException($"deploy/run did not become ready: {Said}");
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>As Ctrl-C does.</summary>
    public async Task StopAsync()
    {
        _ = Kill(_script!.Id, SIGTERM);
        using var deadline = new CancellationTokenSource(s_toStop);
        await _script.WaitForExitAsync(deadline.Token);
        Release();
    }

    /// <summary>kill -9 of every process: the programs with whatever they started, PostgreSQL with its workers, and the script.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> KillEverythingAsync()
    {
        var processes = Below(_script!.Id);
        foreach (var process in processes)
            _ = Kill(process, SIGKILL);
        await _script.WaitForExitAsync();
        Release();
        return processes.Count;
    }

    /// <summary>The board; null while the station doesn't answer.</summary>
    public async Task<BoardState?> TryBoardAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{File.ReadAllText(Path.Combine(Data, "run", "station.port")).Trim()}/board"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(Data, "keys", "internal.key")).Trim());
        try
        {
            using var answer = await _http.SendAsync(request);
            return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<BoardState>();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Its database, past the programs, as its owner.</summary>
    public StationTable Table()
    {
        var line = File.ReadLines(Path.Combine(Data, "run", "owner.env")).Single(line => line.StartsWith("ConnectionStrings__Owner=", StringComparison.Ordinal));
        var owner = new NpgsqlConnectionStringBuilder(line[(line.IndexOf('=') + 1)..].Trim('\''));
        return new StationTable(owner.ConnectionString, owner.Database!);
    }

    /// <summary>Runs a verb of the program to its end.</summary>
    public async Task<(int Exit, string Output)> VerbAsync(params string[] arguments)
    {
        using var verb = Script("ingest", arguments);
        var output = await Task.WhenAll(verb.StandardOutput.ReadToEndAsync(), verb.StandardError.ReadToEndAsync());
        await verb.WaitForExitAsync();
        return (verb.ExitCode, string.Concat(output));
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
            await StopAsync();
        _http.Dispose();
    }

    private void Note(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        _said.Enqueue(line);
        if (line.StartsWith("ready:", StringComparison.Ordinal))
            ready.TrySetResult();
    }

    private void Release()
    {
        _script!.Dispose();
        _script = null;
    }

    private Process Script(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "deploy", name), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["YAOAN_DATA"] = Data;
        foreach (var (key, value) in _settings)
            start.Environment[key] = value;
        return Process.Start(start)!;
    }

    /// <summary>A process and all that it started, the youngest first.</summary>
    private static List<int> Below(int process)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && ParentOf(folder) is { } parent)
                parents[id] = parent;
        }
        var below = new List<int> { process };
        for (var at = 0; at < below.Count; at++)
            below.AddRange(parents.Where(pair => pair.Value == below[at]).Select(pair => pair.Key));
        below.Reverse();
        return below;
    }

    private static int? ParentOf(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
