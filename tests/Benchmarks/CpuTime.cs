using System.Diagnostics;
using System.Globalization;

namespace YaoAn.Benchmarks;

/// <summary>Time of the processors that programs took, in seconds.</summary>
internal static class CpuTime
{
    /// <summary>Of this program and of its children that have ended, with theirs. What the kernel writes out on its own threads is nobody's.</summary>
    public static double OwnAndChildren() => Environment.CpuUsage.TotalTime.TotalSeconds + OfChildren();

    /// <summary>Of a process that runs; 0 for one that has ended.</summary>
    public static double Of(int process) => Fields(process) is { } fields ? (fields[11] + fields[12]) / 100.0 : 0;

    /// <summary>Of this program's children that have ended, with theirs.</summary>
    public static double OfChildren() => Fields(Environment.ProcessId) is { } fields ? (fields[13] + fields[14]) / 100.0 : 0;

    /// <summary>The programs of a name that a process started, itself or by others.</summary>
    public static IEnumerable<int> Below(int ancestor, string program) =>
        Process.GetProcessesByName(program).Select(one => one.Id).Where(id => IsBelow(id, ancestor));

    private static bool IsBelow(int process, int ancestor)
    {
        for (var parent = process; parent > 1; parent = (int)(Fields(parent) is { } fields ? fields[1] : 0))
        {
            if (parent == ancestor)
                return true;
        }
        return false;
    }

    /// <summary>Fields of <c>stat</c> (proc(5)) from the third on; times are in ticks of a hundredth, and what is no number is 0.</summary>
    private static long[]? Fields(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return [.. stat[(stat.LastIndexOf(')') + 2)..].Split(' ').Select(field => long.TryParse(field, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
