using System.Diagnostics;
using Xunit.Sdk;
using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>One of the real programs as a process; what it prints goes into a log file of the station.</summary>
public sealed partial class ProgramUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan s_toStop = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly Task _logging;

    private ProgramUnderTest(Process process, string log)
    {
        (_process, Log) = (process, log);
        _logging = Task.WhenAll(WriteAsync(process.StandardOutput, log), WriteAsync(process.StandardError, log));
    }

    /// <summary>Path of the log file.</summary>
    public string Log { get; }

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>False once it ended, by whatever.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Most memory that it ever held, in bytes (<c>VmHWM</c>).</summary>
    public long PeakBytes => Status("VmHWM:");

    /// <summary>Memory that it holds now, in bytes (<c>VmRSS</c>).</summary>
    public long ResidentBytes => Status("VmRSS:");

    /// <summary>Starts a program. Nothing of the caller's own configuration reaches it.</summary>
    public static ProgramUnderTest Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> environment, string log)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ProgramUnderTest(Process.Start(start)!, log);
    }

    /// <summary>Waits until it answers with 200.</summary>
    public async Task AnswersAsync(HttpClient http, Uri url, TimeSpan atMost) => await Wait.UntilAsync($"{url} answers", atMost, async () =>
    {
        if (!IsRunning)
            throw new XunitException($"{Path.GetFileName(Log)}: the program ended with {_process.ExitCode}.{Environment.NewLine}{Tail()}");
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }, () => Task.FromResult(Tail()));

    /// <summary>Asks it to stop (SIGTERM) and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (IsRunning)
            Signal(_process.Id, 15);
        return await EndAsync(s_toStop);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync(s_toStop);
    }

    /// <summary>Waits for its own end and gives its exit code.</summary>
    /// <exception cref="XunitException">It still ran at the deadline; it was killed.</exception>
    public async Task<int> EndAsync(TimeSpan atMost)
    {
        using var deadline = new CancellationTokenSource(atMost);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            await _logging.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new XunitException($"{Path.GetFileName(Log)}: the program did not end within {atMost.TotalSeconds} s.{Environment.NewLine}{Tail()}");
        }
        return _process.ExitCode;
    }

    /// <summary>The last lines of the log.</summary>
    public string Tail(int lines = 40) => File.Exists(Log) ? string.Join(Environment.NewLine, ReadLog().TakeLast(lines)) : "(no log)";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await StopAsync();
        _process.Dispose();
    }

    /// <summary>A line of <c>/proc/PID/status</c> that is told in kB, in bytes.</summary>
    private long Status(string name) => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) << 10)
        .Single();

    private List<string> ReadLog()
    {
        using var reader = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }

    private static async Task WriteAsync(StreamReader from, string log)
    {
        await using var writer = new StreamWriter(new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        while (await from.ReadLineAsync() is { } line)
            await writer.WriteLineAsync(line);
    }

    private static void Signal(int process, int signal)
    {
        if (Kill(process, signal) != 0)
            throw new XunitException($"Signal {signal} could not be sent to process {process}.");
    }

    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
