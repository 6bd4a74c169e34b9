namespace YaoAn.Catalog;

/// <summary>
/// On whose behalf clips are read. Every read for a person takes one and puts it into its SQL, so that what somebody may not see is
/// neither listed, counted nor found.
/// </summary>
/// <param name="Account">Who.</param>
/// <param name="Name">Name for the custody log.</param>
/// <param name="SeesAll">Every clip.</param>
/// <param name="SeesSamples">Sample clips.</param>
/// <param name="SeesFootage">May receive bytes and pictures, not only metadata.</param>
public sealed record Viewer(AccountId Account, string Name, bool SeesAll, bool SeesSamples, bool SeesFootage)
{
    /// <summary>Also the clips of this officer, in any sighting.</summary>
    public Guid? Officer { get; init; }

    /// <summary>Also the clips of officers who were in one of these units then, and those of their recorders that nobody is named for.</summary>
    public Guid[] Units { get; init; } = [];

    /// <summary>The actor in custody events.</summary>
    public CustodyActor Actor => CustodyActor.Person(Account, Name);
}
