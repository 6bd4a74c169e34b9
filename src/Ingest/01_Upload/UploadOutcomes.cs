namespace YaoAn.Ingest;

/// <summary>What became of the wish to send a file. Nothing was written but for <see cref="Begun"/>.</summary>
internal enum BeginOutcome
{
    /// <summary>The upload waits for its bytes.</summary>
    Begun,

    /// <summary>The sender asked before with the same ticket: this is that upload.</summary>
    AlreadyBegun,

    /// <summary>Longer than this station takes.</summary>
    TooLarge,

    /// <summary>The account has as many unfinished uploads as it may have.</summary>
    TooMany,

    /// <summary>The disk has no room for it above the reserve.</summary>
    NoRoom,
}

/// <summary>What became of bytes that were sent. Whatever it is, what has been written stays, and the offset tells how much that is.</summary>
internal enum AddOutcome
{
    /// <summary>All bytes of this request are on disk.</summary>
    Added,

    /// <summary>They begin at another place than the upload ends; none was written.</summary>
    OtherOffset,

    /// <summary>Another request is adding bytes; none was written.</summary>
    Busy,

    /// <summary>The disk is down to its reserve; some of them may be written.</summary>
    NoRoom,

    /// <summary>The upload was given up or has expired; none is kept.</summary>
    Gone,
}

/// <summary>What became of the wish to give an upload up.</summary>
internal enum GiveUpOutcome
{
    /// <summary>It and its bytes are gone.</summary>
    Removed,

    /// <summary>All bytes have come: it is taken in like any other file, and nothing was changed.</summary>
    TooLate,
}
