namespace YaoAn.Catalog;

/// <summary>How far a clip has come. Moves forward only, by compare-and-set, in the transaction of its custody event.</summary>
public enum ClipStage
{
    /// <summary>Known to the catalog; the bytes are in the station's spool.</summary>
    Registered,

    /// <summary>In the object store, read back whole and equal.</summary>
    Stored,

    /// <summary>Container, codecs, times and place are known, or it is known why not.</summary>
    Probed,

    /// <summary>Pictures and waveform are made, or it is known why not.</summary>
    Previewed,

    /// <summary>Candidates for links were looked for.</summary>
    Linked,
}

/// <summary>Whether somebody has to act on a clip. Only gets worse by machine, better by a person or a good re-read.</summary>
public enum ClipHealth
{
    /// <summary>Nothing to do.</summary>
    Ok,

    /// <summary>The original is safe; something made from it failed. The reason says what.</summary>
    Attention,

    /// <summary>A re-read gave other bytes, or none.</summary>
    Damaged,
}

/// <summary>What a clip is.</summary>
public enum ClipKind
{
    /// <summary>Moving pictures.</summary>
    Video,

    /// <summary>Sound alone.</summary>
    Audio,

    /// <summary>A still picture.</summary>
    Photo,

    /// <summary>Anything else, kept all the same.</summary>
    Data,
}

/// <summary>Text form of the enums above, as the database, JSON and URLs have it: lower case.</summary>
public static class ClipWords
{
    /// <summary>Lower-case name.</summary>
    public static string Word<T>(this T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
