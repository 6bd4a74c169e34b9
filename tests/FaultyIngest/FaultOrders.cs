using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hangfire;
using Microsoft.Data.Sqlite;
using Npgsql;
using YaoAn.Catalog;
using YaoAn.Ingest;

namespace YaoAn.FaultyIngest;

/// <summary>
/// Files in <c>run/faults</c> of the data folder. <c>passed</c>: a line <c>FILE:LINE TAB POINT</c> for each passing, and each order when it happens. <c>orders</c>: what is to happen,
/// a line <c>ACTION TAB PASS TAB POINT</c> each (<c>throw</c> or <c>kill</c>; at which passing from now on); the first line counts, and goes to
/// <c>fired</c> when it happens. They are files, so that what a killed process did is known, and so that the next one goes on.
/// </summary>
internal sealed partial class FaultOrders : IDisposable
{
    private const int EIO = 5, SIGKILL = 9, SqliteFull = 13;

    private readonly Lock _gate = new();
    private readonly string _data;
    private readonly string _orders;
    private readonly FileStream _passed;
    private readonly FileStream _fired;
    private string? _current;
    private int _passes;

    /// <param name="data">Data folder.</param>
    /// <param name="verb">Whether this is a verb beside the service: each process has files of its own to write to, and both take the same orders.</param>
    public FaultOrders(string data, bool verb)
    {
        _data = Path.GetFullPath(data);
        var folder = Directory.CreateDirectory(Path.Combine(_data, "run", "faults")).FullName;
        _orders = Path.Combine(folder, "orders");
        _passed = Append(Path.Combine(folder, verb ? "passed-verb" : "passed"));
        _fired = Append(Path.Combine(folder, verb ? "fired-verb" : "fired"));
    }

    /// <summary>Notes a passing, and does there what was ordered.</summary>
    public void Pass(FaultPassing passing)
    {
        lock (_gate)
        {
            var point = PointOf(passing);
            Write(_passed, $"{Path.GetFileName(passing.File)}:{passing.Line}\t{point}");
            if (!IsDue(point, out var action))
                return;
            if (action == "kill")
            {
                Posix.Signal(Environment.ProcessId, SIGKILL);
                Thread.Sleep(Timeout.Infinite);
            }
        }
        throw Failure(passing);
    }

    public void Dispose()
    {
        _passed.Dispose();
        _fired.Dispose();
    }

    private bool IsDue(string point, [NotNullWhen(true)] out string? action)
    {
        action = null;
        if (!File.Exists(_orders) || File.ReadAllLines(_orders) is not [var first, .. var rest])
            return false;
        if (first != _current)
            (_current, _passes) = (first, 0);
        if (first.Split('\t') is not [var what, var pass, var where] || where != point || ++_passes < int.Parse(pass, CultureInfo.InvariantCulture))
            return false;
        // Fired first: a kill comes at once.
        Write(_fired, first);
        Write(_passed, first);
        _current = null;
        if (rest.Length > 0)
            File.WriteAllLines(_orders, rest);
        else
            File.Delete(_orders);
        action = what;
        return true;
    }

    /// <summary>Name of a point: what is done, to what, by whom; without ids, times and this machine's folders.</summary>
    private string PointOf(FaultPassing passing)
    {
        var subject = passing.Subject.Replace(_data, "", StringComparison.Ordinal);
        if (passing.Kind.StartsWith("s3", StringComparison.Ordinal))
            subject = Bucket().Replace(subject, " /BUCKET");
        return $"{passing.Kind} {Ids().Replace(subject, "*")} in {passing.Member}";
    }

    /// <summary>What the machine's fault looks like to the program.</summary>
    private static Exception Failure(FaultPassing passing) => (passing.Kind, passing.Subject) switch
    {
        ("journal" or "journalled", _) or ("commit", "journal") => new SqliteException("database or disk is full (a fault of the tests)", SqliteFull),
        ("database" or "commit" or "committed", _) => new NpgsqlException("Exception while reading from stream (a fault of the tests)", new IOException("Connection reset by peer")),
        ("wake", _) => new BackgroundJobClientException("Background job creation failed (a fault of the tests)", new IOException("Connection reset by peer")),
        ("tool", _) => new SandboxUnavailableException("a fault of the tests"),
        ("s3" or "s3 done", _) => new HttpRequestException("The response ended prematurely (a fault of the tests)"),
        _ => new IOException($"{passing.Kind} {passing.Subject}: a fault of the tests", new Win32Exception(EIO)),
    };

    private static FileStream Append(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    private static void Write(FileStream to, string line) => to.Write(Encoding.UTF8.GetBytes(line + "\n"));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}")]
    private static partial Regex Ids();

    [GeneratedRegex(" /[^/]+")]
    private static partial Regex Bucket();
}
