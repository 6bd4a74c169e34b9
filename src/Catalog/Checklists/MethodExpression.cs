using System.Numerics;

namespace YaoAn.Catalog;

/// <summary>Ways of recording. The value is its bit in masks of the database.</summary>
[Flags]
public enum Methods
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>录像.</summary>
    Video = 1,

    /// <summary>录音.</summary>
    Audio = 2,

    /// <summary>照相.</summary>
    Photo = 4,

    /// <summary>Fixed cameras 固定监控.</summary>
    Cctv = 8,
}

/// <summary>
/// By which methods an item is recorded: alternatives joined by 'or', each of them methods joined by 'and', which binds tighter. Kept in one
/// form: methods in the order of <see cref="Methods"/>, none twice, and no alternative that a shorter one makes needless.
/// </summary>
public sealed class MethodExpression
{
    private static readonly (string Word, Methods Method)[] s_words =
        [("video", Methods.Video), ("audio", Methods.Audio), ("photo", Methods.Photo), ("cctv", Methods.Cctv)];

    private MethodExpression(IReadOnlyList<Methods> alternatives) => Alternatives = alternatives;

    /// <summary>Each is met where all its methods are; one that is met is enough. Never empty, and none is <see cref="Methods.None"/>.</summary>
    public IReadOnlyList<Methods> Alternatives { get; }

    /// <summary>The alternatives as the database keeps them.</summary>
    public short[] Masks => [.. Alternatives.Select(alternative => (short)alternative)];

    /// <summary>Reads an expression such as <c>video and audio or cctv</c>, in any case; null for anything else.</summary>
    public static MethodExpression? TryParse(string? text)
    {
        var alternatives = new List<Methods>();
        var current = Methods.None;
        var wantsMethod = true;
        foreach (var word in (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (wantsMethod)
            {
                var method = MethodOf(word);
                if (method == Methods.None)
                    return null;
                current |= method;
            }
            else if (word.Equals("or", StringComparison.OrdinalIgnoreCase))
            {
                alternatives.Add(current);
                current = Methods.None;
            }
            else if (!word.Equals("and", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
            wantsMethod = !wantsMethod;
        }
        if (wantsMethod)
            return null;
        alternatives.Add(current);
        return new MethodExpression([.. alternatives
            .Distinct()
            .Where(one => !alternatives.Any(other => other != one && (one & other) == other))
            .OrderBy(one => BitOperations.TrailingZeroCount((int)one))
            .ThenBy(one => (int)one)]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(" or ", Alternatives.Select(alternative =>
        string.Join(" and ", s_words.Where(word => alternative.HasFlag(word.Method)).Select(word => word.Word))));

    private static Methods MethodOf(string word) =>
        s_words.FirstOrDefault(known => known.Word.Equals(word, StringComparison.OrdinalIgnoreCase)).Method;
}
