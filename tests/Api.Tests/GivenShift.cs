using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>An officer's shift: a unit, cases with activities, clips that wait to be linked, and what is suggested for them.</summary>
internal sealed class GivenShift(ApiUnderTest api, string unit = "ZD1", int daysAgo = 1)
{
    public const string Officer = "YA1007";

    private readonly ChangeBy _by = new(CustodyActor.Person(AccountId.New(Given.Now), "administrator"), api.Time.GetUtcNow(), "page");

    /// <summary>Morning of the shift; long enough ago that all of it has ended.</summary>
    public DateTimeOffset Morning { get; } = ChinaTimeOf(api.Time.GetUtcNow()).AddDays(-daysAgo).AddHours(9);

    public Viewer Everybody { get; } = new(AccountId.New(Given.Now), "test", SeesAll: true, SeesSamples: true, SeesFootage: true);

    private CatalogDatabase Catalog => api.Database.Catalog;

    public async Task PeopleAsync(params string[] officers)
    {
        await GivenPeople.UnitAsync(Catalog, unit);
        foreach (var officer in officers.Length > 0 ? officers : [Officer])
            await GivenPeople.OfficerAsync(Catalog, officer, unit, new DateOnly(2020, 1, 1));
    }

    /// <summary>Connects an account with an officer.</summary>
    public async Task AccountOfAsync(string officer, string userName)
    {
        var officers = new OfficerTable(Catalog);
        var saved = await officers.SaveAsync(
            new OfficerDraft { Number = officer, Name = $"人员 {officer}", Unit = unit, Since = new DateOnly(2020, 1, 1), Account = userName }, null, _by, CancellationToken.None);
        if (saved.Faults.Count > 0)
            throw new InvalidOperationException(string.Join(' ', saved.Faults));
    }

    /// <summary>A case with activities, each of one or more items.</summary>
    public async Task<CaseRow> CaseAsync(string number, string action, params (string Id, string Step, string[] Items, DateTimeOffset From, TimeSpan Length)[] activities)
    {
        var saved = await new CaseSaveTable(Catalog).SaveAsync(
            new CaseDraft
            {
                Number = number,
                Action = action,
                Title = "路面检查",
                Unit = unit,
                Officers = [Officer],
                Parties = [new Party("杨某某", "person")],
                Plates = ["云E12345"],
                OpenedOn = DateOnly.FromDateTime(Morning.ToOffset(TimeSpan.FromHours(8)).DateTime),
                Activities =
                [
                    .. activities.Select(one => new ActivityDraft
                    {
                        Id = one.Id, Step = one.Step, Title = $"活动 {one.Id}", Items = one.Items, Officers = [Officer], From = one.From, Until = one.From + one.Length, Place = "G56 K2841 检查点",
                    }),
                ],
            },
            null,
            CaseOrigins.Hand,
            Everybody,
            _by,
            CancellationToken.None);
        return saved.Faults.Count > 0
            ? throw new InvalidOperationException(string.Join(' ', saved.Faults))
            : (await new CaseTable(Catalog).FindAsync(Everybody, number, CancellationToken.None))!;
    }

    public async Task<ActivityId> ActivityAsync(CaseRow row, string id) =>
        (await new ActivityTable(Catalog).OfCaseAsync(row.CaseId, CancellationToken.None)) is var all && all.FirstOrDefault(activity => activity.ExternalId == id) is { } found ? found.ActivityId : throw new InvalidOperationException($"{row.CaseId} {row.Number} {all.Count} {string.Join(" ", all)}");

    /// <summary>A clip of an officer, stored and probed; its clock is right.</summary>
    public async Task<ClipId> ClipAsync(string name, DateTimeOffset from, TimeSpan length, ClipKind kind = ClipKind.Video, string officer = Officer, byte[]? poster = null, byte[]? film = null)
    {
        var bytes = film ?? Given.Bytes();
        var clip = await api.GivenClipAsync(bytes, name: name);
        await api.Services.GetRequiredService<MediaTable>().WriteAsync(
            new MediaRow
            {
                ClipId = clip,
                Container = "mov,mp4,m4a,3gp,3g2,mj2",
                DurationMs = kind == ClipKind.Photo ? null : (long)length.TotalMilliseconds,
                VideoCodec = kind == ClipKind.Audio ? null : "h264",
                AudioCodec = kind == ClipKind.Photo ? null : "aac",
                Plays = kind == ClipKind.Photo ? "photo" : "original",
                Tags = "{}",
                ProbedAt = api.Time.GetUtcNow(),
                Tool = "test",
            },
            CancellationToken.None);
        await api.Services.GetRequiredService<ClipTable>().MoveAsync(
            new StageMove
            {
                Clip = clip,
                From = ClipStage.Stored,
                To = ClipStage.Probed,
                Kind = kind,
                RecordedFrom = from,
                RecordedTo = kind == ClipKind.Photo ? null : from + length,
                RecordedSource = "name",
                PreviewState = poster is null ? "none" : "ready",
                Event = Given.Event(clip, $"probed/{clip}", CustodyKinds.ClipProbed),
            },
            CancellationToken.None);
        if (poster is not null)
            await PosterAsync(clip, poster);
        await new AttributionTable(Catalog).EnterAsync(new IntakeId(clip.Value), officer, "test", _by, CancellationToken.None);
        return clip;
    }

    /// <summary>What a rule suggests for a clip, in the order given; all that rank alike are held to be shown together.</summary>
    public Task SuggestAsync(ClipId clip, params (ActivityId Activity, string Item, int Rank)[] suggestions) => Catalog.InTransactionAsync(
        transaction => LinkTable.SuggestAsync(
            transaction,
            clip,
            [
                .. suggestions.Select(one => new LinkSuggestion
                {
                    Activity = one.Activity,
                    Item = one.Item,
                    Rank = one.Rank,
                    Score = 100 - (one.Rank * 5),
                    Reasons = [new LinkReason("officer", "王建国"), new LinkReason("overlap", "8", "90"), new LinkReason("place", "80")],
                }),
            ],
            CustodyActor.Worker("link"),
            api.Time.GetUtcNow(),
            CancellationToken.None),
        CancellationToken.None);

    private async Task PosterAsync(ClipId clip, byte[] picture)
    {
        await api.Services.GetRequiredService<ObjectStores>().Derived.PutNewAsync(ObjectKey.Derived(clip, DerivedNames.Poster), new ObjectSource.FromMemory(picture), CancellationToken.None);
        await api.Services.GetRequiredService<DerivedTable>().WriteAsync(
            new DerivedRow
            {
                ClipId = clip,
                Name = DerivedNames.Poster,
                ContentType = "image/jpeg",
                SizeBytes = picture.Length,
                Sha256 = Sha256Digest.From(SHA256.HashData(picture)),
                ParentSha256 = Sha256Digest.From(SHA256.HashData(picture)),
                Tool = "test",
                Arguments = "",
                MadeAt = api.Time.GetUtcNow(),
            },
            CancellationToken.None);
    }

    private static DateTimeOffset ChinaTimeOf(DateTimeOffset now) => new(now.ToOffset(TimeSpan.FromHours(8)).Date, TimeSpan.FromHours(8));
}
