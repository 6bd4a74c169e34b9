using System.Runtime.CompilerServices;

namespace YaoAn.Catalog;

/// <summary>
/// A place on the way of a clip where a machine can fail or be killed: each write, sync, rename, commit, put and read-back passes one (decision
/// 0016). Nothing is numbered by hand: a test listens, learns which points there are, and fails at each. In the product nobody listens, and
/// nothing in it can: no option, no variable and no command reaches <see cref="Hook"/>.
/// </summary>
public static class FaultPoint
{
    /// <summary>Told of each passing; may throw, or end the process. Set by the fault host of the tests, before anything else runs.</summary>
    internal static Action<FaultPassing>? Hook { get; set; }

    /// <summary>Something is about to be done that a machine may not survive.</summary>
    /// <param name="kind">What: <c>write</c>, <c>fsync</c>, <c>commit</c> …</param>
    /// <param name="subject">To what: a path, a key or a name; ids in it say nothing about the point.</param>
    /// <param name="member">Who; filled in by the compiler.</param>
    /// <param name="file">Where it stands in the sources, so that a test can tell which points were never passed; filled in by the compiler.</param>
    /// <param name="line">Where it stands in that file; filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pass(string kind, string subject, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (Hook is { } hook)
            hook(new FaultPassing(kind, subject, member, file, line));
    }
}

/// <summary>One passing of a point.</summary>
internal readonly record struct FaultPassing(string Kind, string Subject, string Member, string File, int Line);
