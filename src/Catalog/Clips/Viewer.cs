namespace YaoAn.Catalog;

/// <summary>
/// On whose behalf clips are read. Every read for a person takes one and puts it into its SQL, so that what somebody may not see is
/// neither listed, counted nor found.
/// </summary>
/// <param name="Account">Who.</param>
/// <param name="Name">Name for the custody log.</param>
/// <param name="SeesAll">Every clip (officers, reviewers and auditors, until units exist).</param>
/// <param name="SeesSamples">Sample clips only.</param>
/// <param name="SeesFootage">May receive bytes and pictures, not only metadata.</param>
public sealed record Viewer(AccountId Account, string Name, bool SeesAll, bool SeesSamples, bool SeesFootage)
{
    /// <summary>The actor in custody events.</summary>
    public CustodyActor Actor => CustodyActor.Person(Account, Name);
}
