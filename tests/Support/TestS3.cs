using Xunit;

namespace YaoAn.Tests.Support;

/// <summary>The real S3 server that <c>deploy/test</c> starts (Ceph RADOS Gateway). Without it tests are skipped on a desk and fail in CI.</summary>
public static class TestS3
{
    /// <summary>Scheme, host and port.</summary>
    public static Uri Server => new(Setting("YAOAN_TEST_S3")!);

    /// <summary>Access key and secret key.</summary>
    public static (string Access, string Secret) Keys => (Setting("YAOAN_TEST_S3_ACCESS")!, Setting("YAOAN_TEST_S3_SECRET")!);

    /// <summary>Region that requests are signed for.</summary>
    public const string Region = "us-east-1";

    /// <summary>True where a server was given.</summary>
    public static bool Given => Setting("YAOAN_TEST_S3") is not null;

    /// <summary>First line of every test that uses it.</summary>
    public static void Need()
    {
        if (!Given && Setting("CI") is "true" or "1")
            Assert.Fail("YAOAN_TEST_S3 is not set: in CI these tests must run. deploy/test sets it.");
        Skip.IfNot(Given, "YAOAN_TEST_S3 is not set: deploy/test sets it.");
    }

    /// <summary>A name that no other bucket has.</summary>
    public static string NewBucketName() => "test-" + Guid.CreateVersion7().ToString("N");

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
