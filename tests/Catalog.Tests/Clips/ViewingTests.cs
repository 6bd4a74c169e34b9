using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

public sealed class ViewingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(30);
    private readonly AccountId _account = AccountId.New(Given.Now);
    private readonly ClipId _clip = ClipId.New(Given.Now);
    private readonly Sha256Digest _token = Given.Sha256(Given.Bytes());

    private ViewingTable Viewings => new(database.Catalog);

    [SkippableFact]
    public async Task A_viewing_opens_with_its_event_and_lets_its_own_clip_account_and_login_through_alone()
    {
        TestDatabase.Need();
        await OpenAsync();
        Assert.True(await UseAsync(_account, "login-1", _clip, Given.Now.AddMinutes(1)));
        Assert.False(await UseAsync(AccountId.New(Given.Now), "login-1", _clip, Given.Now.AddMinutes(1)));
        Assert.False(await UseAsync(_account, "login-2", _clip, Given.Now.AddMinutes(1)));
        Assert.False(await UseAsync(_account, "login-1", ClipId.New(Given.Now), Given.Now.AddMinutes(1)));
        Assert.False(await Viewings.UseAsync(Given.Sha256(Given.Bytes()), _account, "login-1", _clip, ["play"], s_idle, Given.Now, default));
        Assert.Equal([CustodyKinds.ViewingOpened], (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), _clip, default)).Select(row => row.Kind));
    }

    [SkippableFact]
    public async Task Use_keeps_it_open_and_thirty_idle_minutes_end_it()
    {
        TestDatabase.Need();
        await OpenAsync();
        Assert.True(await UseAsync(_account, "login-1", _clip, Given.Now.AddMinutes(29)));
        Assert.True(await UseAsync(_account, "login-1", _clip, Given.Now.AddMinutes(58)));
        Assert.False(await UseAsync(_account, "login-1", _clip, Given.Now.AddMinutes(58 + 30)));
    }

    [SkippableFact]
    public async Task A_forgotten_viewing_opens_nothing_and_its_event_stays()
    {
        TestDatabase.Need();
        await OpenAsync();
        await Viewings.ForgetAsync(Given.Now.AddMinutes(1), default);
        Assert.False(await UseAsync(_account, "login-1", _clip, Given.Now.AddMinutes(1)));
        Assert.Single(await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), _clip, default));
    }

    [SkippableFact]
    public async Task Without_its_event_a_viewing_does_not_open()
    {
        TestDatabase.Need();
        var tooLong = Given.Event(_clip, $"viewing/{_token}", CustodyKinds.ViewingOpened, new KeyValuePair<string, object?>("text", new string('x', 70_000)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Viewings.OpenAsync(Viewing(), tooLong, default));
        Assert.False(await UseAsync(_account, "login-1", _clip, Given.Now));
    }

    private ViewingRow Viewing() => new(_token, _account, "login-1", "play", [_clip], Given.Now);

    private Task OpenAsync() => Viewings.OpenAsync(Viewing(), Given.Event(_clip, $"viewing/{_token}", CustodyKinds.ViewingOpened), default);

    private Task<bool> UseAsync(AccountId account, string login, ClipId clip, DateTimeOffset now) =>
        Viewings.UseAsync(_token, account, login, clip, ["play"], s_idle, now, default);
}
