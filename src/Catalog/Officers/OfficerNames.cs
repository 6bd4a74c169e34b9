namespace YaoAn.Catalog;

/// <summary>How the name of an officer stands where anybody may read it.</summary>
public static class OfficerNames
{
    /// <summary>王建国 → 王*国, 王明 → 王*: the first character, and the last of three or more.</summary>
    public static string Masked(string name)
    {
        var letters = name.EnumerateRunes().ToList();
        return letters.Count switch
        {
            0 or 1 => name,
            2 => $"{letters[0]}*",
            _ => $"{letters[0]}{new string('*', letters.Count - 2)}{letters[^1]}",
        };
    }
}
