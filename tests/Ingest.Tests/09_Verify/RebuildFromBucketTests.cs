using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>The same from a real bucket.</summary>
public sealed class RebuildFromBucketTests : RebuildContract, IDisposable
{
    private readonly TempFolder _keys = new();
    private readonly string _bucket = TestS3.NewBucketName();

    protected override (string Name, string Value)[] Settings => Station.OnBucket(_keys, _bucket);

    public void Dispose() => _keys.Dispose();

    protected override bool IsGiven() => TestS3.Given;

    protected override void Need()
    {
        TestS3.Need();
        TestDatabase.Need();
    }
}
