using System.Text;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>The same from a real bucket.</summary>
public sealed class RebuildFromBucketTests : RebuildContract, IDisposable
{
    private readonly TempFolder _keys = new();
    private readonly string _bucket = TestS3.NewBucketName();

    protected override (string Name, string Value)[] Settings =>
    [
        ("Store:Url", $"{TestS3.Server}{_bucket}"),
        ("Store:AccessKeyFile", _keys.Write("access", Encoding.UTF8.GetBytes(TestS3.Keys.Access))),
        ("Store:SecretKeyFile", _keys.Write("secret", Encoding.UTF8.GetBytes(TestS3.Keys.Secret))),
    ];

    public void Dispose() => _keys.Dispose();

    protected override bool IsGiven() => TestS3.Given;

    protected override void Need()
    {
        TestS3.Need();
        TestDatabase.Need();
    }
}
