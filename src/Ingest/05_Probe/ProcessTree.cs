using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Stops and continues a process with all that it started: a sandbox has sessions of its own, so that no signal to a group reaches all.</summary>
internal static class ProcessTree
{
    private const int SIGCONT = 18, SIGSTOP = 19;

    /// <summary>A parent is stopped before its children are looked up: it can't start more in between.</summary>
    public static void Stop(int process) => Send(process, SIGSTOP);

    public static void Continue(int process) => Send(process, SIGCONT);

    private static void Send(int process, int signal)
    {
        Posix.Signal(process, signal);
        foreach (var child in ChildrenOf(process))
            Send(child, signal);
    }

    private static List<int> ChildrenOf(int parent)
    {
        var children = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) && ParentOf(folder) == parent)
                children.Add(process);
        }
        return children;
    }

    /// <summary>Fourth field of <c>stat</c> (proc(5)); the second, a name in brackets, may hold anything.</summary>
    private static int? ParentOf(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended.
        }
    }
}
