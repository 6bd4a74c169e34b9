using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The only way to a program that reads untrusted media: <c>Sandbox/sandbox</c> (bubblewrap, no network, one readable file, one writable
/// folder, limits on CPU, memory and output). Where it can't start, steps stop with the reason; nothing is read outside it.
/// </summary>
internal sealed class Sandbox(IOptions<DataOptions> data, TimeProvider time)
{
    /// <summary>Arguments for every input: local files only, known containers only, bounded probing.</summary>
    public static readonly string[] InputLimits =
    [
        "-protocol_whitelist", "file",
        "-format_whitelist", "mov,matroska,avi,mpegts,mpeg,mp3,wav,aac,amr,flac,ogg,asf,flv,dhav,mjpeg,image2,jpeg_pipe,png_pipe,bmp_pipe",
        "-max_alloc", "536870912",
        "-max_streams", "16",
        "-probesize", "20M",
        "-analyzeduration", "20M",
    ];

    /// <summary>Path of the one input inside the sandbox.</summary>
    public const string Input = "/in/original";

    private const int MaxErrorChars = 64 << 10;
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Sandbox");

    /// <summary>Prepares a job: a scratch folder with a link to its input, removed when disposed.</summary>
    /// <param name="originalPath">Host path of the file to read.</param>
    /// <param name="cpuSeconds">CPU time after which the kernel ends it.</param>
    /// <param name="isWaitedFor">Somebody looks at a screen until it ends: it goes before what may come later.</param>
    public Job Prepare(string originalPath, int cpuSeconds, bool isWaitedFor = false)
    {
        var folder = Path.Combine(Scratch, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.CreateVersion7(time.GetUtcNow()):N}"));
        Directory.CreateDirectory(Path.Combine(folder, "out"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(folder, "original"), Path.GetFullPath(originalPath));
        File.WriteAllText(Path.Combine(folder, "seconds"), cpuSeconds.ToString(CultureInfo.InvariantCulture) + "\n");
        if (isWaitedFor)
            File.WriteAllText(Path.Combine(folder, "waited-for"), "");
        return new Job(folder);
    }

    /// <summary>Removes what killed processes left. Their tools died with them; jobs of processes that live are left alone.</summary>
    public void ForgetDead()
    {
        foreach (var folder in Directory.Exists(Scratch) ? Directory.EnumerateDirectories(Scratch) : [])
        {
            if (int.TryParse(Path.GetFileName(folder).Split('-')[0], CultureInfo.InvariantCulture, out var process) && Directory.Exists($"/proc/{process}"))
                continue;
#pragma warning disable RS0030 // Scratch of our own making; the link in it is removed, not what it points to.
            Directory.Delete(folder, recursive: true);
#pragma warning restore RS0030
        }
    }

    private string Scratch => Path.Combine(data.Value.RunFolder, "media");

    /// <summary>Shows once that the sandbox starts here.</summary>
    /// <exception cref="SandboxUnavailableException">It doesn't; the message says what to do.</exception>
    public async Task TryAsync(CancellationToken ct)
    {
        using var job = Prepare("/dev/null", 10);
        var result = await RunAsync(job, "ffprobe", ["-hide_banner", "-version"], readOutput: null, ct);
        if (result.ExitCode != 0)
            throw new SandboxUnavailableException(result.Errors);
    }

    /// <summary>
    /// Runs a tool in the sandbox. Arguments are a list, never a command line.
    /// </summary>
    /// <param name="job">Its job.</param>
    /// <param name="tool"><c>ffmpeg</c>, <c>ffprobe</c>, <c>metadata</c>, <c>track</c> or <c>codes</c>.</param>
    /// <param name="arguments">Arguments.</param>
    /// <param name="readOutput">Reads its standard output while it runs; null drops it.</param>
    /// <param name="ct">Kills it.</param>
    /// <exception cref="SandboxUnavailableException">The sandbox can't start here.</exception>
    /// <exception cref="FileNotFoundException">The input was removed meanwhile.</exception>
#pragma warning disable CA1822 // Callers need a sandbox to run in, whether or not it keeps state.
    public async Task<ToolResult> RunAsync(
        Job job, string tool, IReadOnlyList<string> arguments, Func<Stream, CancellationToken, Task>? readOutput, CancellationToken ct)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(Path.Combine(s_folder, "sandbox"), [tool, .. arguments])
            {
                WorkingDirectory = job.Folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        FaultPoint.Pass("tool", tool);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new SandboxUnavailableException(e.Message);
        }
        process.StandardInput.Close();
        job.Runs(process.Id);
        await using var killing = ct.Register(() => process.Kill(entireProcessTree: true));
        var errors = ReadErrorsAsync(process);
        try
        {
            await (readOutput ?? DropAsync)(process.StandardOutput.BaseStream, ct);
            await process.WaitForExitAsync(ct);
        }
        finally
        {
            job.Runs(null);
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        var text = await errors;
        if (process.ExitCode == 126)
            throw new FileNotFoundException("The input of a media tool is gone.");
        // bwrap says 'bwrap:' when it can't make the sandbox; what runs inside has no such prefix.
        if (process.ExitCode is 125 or 127 || (process.ExitCode == 1 && text.StartsWith("bwrap:", StringComparison.Ordinal)))
            throw new SandboxUnavailableException(text);
        return new ToolResult(process.ExitCode, text);
    }
#pragma warning restore CA1822

    private static async Task<string> ReadErrorsAsync(Process process)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await process.StandardError.ReadAsync(buffer)) > 0)
        {
            // A hostile file can make a decoder complain for ever: what is over the cap is read and dropped.
            if (text.Length < MaxErrorChars)
                text.Append(buffer, 0, Math.Min(read, MaxErrorChars - text.Length));
        }
        return text.ToString().Trim();
    }

    private static Task DropAsync(Stream output, CancellationToken ct) => output.CopyToAsync(Stream.Null, ct);

    /// <summary>Scratch of one run.</summary>
    internal sealed class Job(string folder) : IDisposable
    {
        private readonly Lock _lock = new();
        private int? _process;
        private bool _stands;

        public string Folder => folder;

        /// <summary>Stops its processes where they are, until <see cref="GoOn"/>: they take no CPU time meanwhile.</summary>
        public void Stand() => Set(stands: true);

        /// <summary>Lets them go on.</summary>
        public void GoOn() => Set(stands: false);

        internal void Runs(int? process)
        {
            lock (_lock)
            {
                _process = process;
                if (_stands && process is { } id)
                    ProcessTree.Stop(id);
            }
        }

        private void Set(bool stands)
        {
            lock (_lock)
            {
                if (_stands == stands)
                    return;
                _stands = stands;
                if (_process is not { } id)
                    return;
                if (stands)
                    ProcessTree.Stop(id);
                else
                    ProcessTree.Continue(id);
            }
        }

        /// <summary>Host path of a file that the tool wrote as <c>/out/NAME</c>.</summary>
        public string Out(string name) => Path.Combine(folder, "out", name);

        public void Dispose()
        {
#pragma warning disable RS0030 // Scratch of our own making; the link in it is removed, not what it points to.
            Directory.Delete(folder, recursive: true);
#pragma warning restore RS0030
        }
    }
}

/// <summary>How a tool ended.</summary>
internal sealed record ToolResult(int ExitCode, string Errors);

/// <summary>The sandbox can't start on this machine (culprit: machine). Steps stop and are tried again; no media is read without it.</summary>
internal sealed class SandboxUnavailableException(string detail)
    : Exception($"The media sandbox can't start: {detail}. Install bubblewrap and ffmpeg, and allow user namespaces (sysctl kernel.unprivileged_userns_clone=1).");
