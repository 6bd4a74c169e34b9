using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>
/// The whole program on a schema of its own, a folder store in a temporary folder, and a station that is a real web server on loopback.
/// Use as <c>IClassFixture&lt;ApiUnderTest&gt;</c>; <see cref="TestDatabase.Need"/> comes first in each test.
/// </summary>
public sealed partial class ApiUnderTest : IAsyncLifetime
{
    public const string Password = "a lorry full of 12 green melons";

    private int _addresses;
    private WebApplicationFactory<DockModel>? _factory;

    public TestDatabase Database { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("yaoan-api-").FullName;

    public string LinksFile => Path.Combine(Folder, "links");

    internal ShiftedTime Time { get; } = new();

    internal StationUnderTest Station { get; } = new();

    /// <summary>Settings beside the usual ones; set before the first use.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>A real server on loopback, for a real browser; set before the first use.</summary>
    public bool OnLoopback { get; init; }

    /// <summary>Where a browser finds it.</summary>
    public Uri Pages => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public IServiceProvider Services => Factory.Services;

    public WebApplicationFactory<DockModel> Factory => _factory ??= Start();

    public async Task InitializeAsync()
    {
        if (!TestDatabase.Given)
            return;
        await Database.InitializeAsync();
        await Station.StartAsync();
        Directory.CreateDirectory(Path.Combine(Folder, "keys"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "keys", "internal.key"), StationUnderTest.Key + "\n");
    }

    public async Task DisposeAsync()
    {
        if (_factory is not null)
            await _factory.DisposeAsync();
        await Station.DisposeAsync();
        await Database.DisposeAsync();
        foreach (var folder in Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.UserWrite);
        Directory.Delete(Folder, recursive: true);
    }

    public WebApplicationFactory<DockModel> Start()
    {
        var factory = Configured();
        if (OnLoopback)
        {
            factory.UseKestrel(0);
            factory.StartServer();
        }
        return factory;
    }

    private WebApplicationFactory<DockModel> Configured() => new WebApplicationFactory<DockModel>().WithWebHostBuilder(host =>
    {
        host.UseEnvironment("Production");
        host.UseSetting("urls", OnLoopback ? "http://127.0.0.1:0" : "https://localhost");
        host.UseSetting("ConnectionStrings:Catalog", Database.App);
        host.UseSetting("YaoAn:DataFolder", Folder);
        host.UseSetting("Setup:LinksFile", LinksFile);
        host.UseSetting("Ingest:Url", Station.Url);
        foreach (var (key, value) in Settings)
            host.UseSetting(key, value);
        host.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Time);
            services.AddSingleton<IStartupFilter, Addresses>();
        });
    });

    /// <summary>A browser at an address of its own, with its own cookies.</summary>
    public HttpClient Browser(WebApplicationFactory<DockModel>? factory = null)
    {
        var client = OnLoopback
            ? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = Pages }
            : (factory ?? Factory).CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = new Uri("https://localhost"), AllowAutoRedirect = false });
        var number = Interlocked.Increment(ref _addresses);
        client.DefaultRequestHeaders.Add(Addresses.Header, $"10.9.{number / 250}.{(number % 250) + 1}");
        return client;
    }

    /// <summary>An account made as the program makes them.</summary>
    public async Task<AccountId> GivenAccountAsync(string name, string role, string scope = "all")
    {
        await using var services = Services.CreateAsyncScope();
        var outcome = await services.ServiceProvider.GetRequiredService<AccountMaker>()
            .MakeAsync(new NewAccount(name, name, Password, scope), role, CancellationToken.None);
        return Assert.IsType<MakeOutcome.Made>(outcome).Account;
    }

    /// <summary>A browser of a new account, signed in through the page.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="scope">Which clips it may know of.</param>
    /// <param name="unit">Code of its unit.</param>
    /// <param name="officer">Number of the officer that it belongs to.</param>
    public async Task<HttpClient> SignedInAsync(string role, string scope = "all", string? unit = null, string? officer = null)
    {
        var name = $"t{Guid.CreateVersion7():N}"[..30];
        var account = await GivenAccountAsync(name, role, unit is null ? scope : "own");
        if (unit is not null)
        {
            await Database.AsOwner.ExecuteAsync(
                "update account set scope = $2, unit_id = (select unit_id from unit where code = $3) where account_id = $1", account.Value, scope, unit);
        }
        if (officer is not null)
            await Database.AsOwner.ExecuteAsync("update officer set account_id = $1 where number = $2", account.Value, officer);
        var browser = Browser();
        using var answer = await SignInAsync(browser, name, Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        if (answer.Headers.Location!.OriginalString.StartsWith("/sign-in/enrol", StringComparison.Ordinal))
            await EnrolAsync(browser);
        return browser;
    }

    /// <summary>Sets a second factor through its page, with the code of this moment.</summary>
    public async Task<Authenticator> EnrolAsync(HttpClient browser) => (await EnrolledAsync(browser)).Authenticator;

    /// <summary>The same, with the page that shows the recovery codes.</summary>
    public async Task<(Authenticator Authenticator, string Page)> EnrolledAsync(HttpClient browser)
    {
        var page = await browser.GetStringAsync("/sign-in/enrol");
        var authenticator = new Authenticator(SecretField().Match(page).Groups[1].Value);
        using var answer = await browser.PostAsync("/sign-in/enrol", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = FormToken(page),
            ["offer"] = WebUtility.HtmlDecode(OfferField().Match(page).Groups[1].Value),
            ["code"] = authenticator.CodeAt(Time.GetUtcNow()),
        }));
        var codes = await answer.Content.ReadAsStringAsync();
        Assert.Contains("class=\"recovery mono\"", codes, StringComparison.Ordinal);
        return (authenticator, codes);
    }

    public static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string name, string password, string? returnUrl = null)
    {
        var page = await browser.GetStringAsync(returnUrl is null ? "/sign-in" : $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");
        return await browser.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = FormToken(page),
            ["UserName"] = name,
            ["password"] = password,
            ["ReturnUrl"] = returnUrl ?? "",
        }));
    }

    /// <summary>The antiforgery token of a page.</summary>
    public static string FormToken(string page) => WebUtility.HtmlDecode(TokenField().Match(page) is { Success: true } match
        ? match.Groups[1].Value
        : throw new InvalidOperationException("The page has no antiforgery token: " + page));

    /// <summary>A clip with these bytes, registered as 03 does; stored too unless it is to stay on the station.</summary>
    public async Task<ClipId> GivenClipAsync(byte[] bytes, bool sample = false, bool stored = true, string name = "DSJ_1.MP4", MediaRow? media = null, string recorder = "DSJ-7", SessionId? session = null)
    {
        var now = Time.GetUtcNow();
        var manifest = new IntakeManifest
        {
            Intake = IntakeId.New(now),
            Sha256 = Sha256Digest.From(SHA256.HashData(bytes)),
            Size = bytes.Length,
            Head = Sha256Digest.From(SHA256.HashData(bytes.AsSpan(0, Math.Min(bytes.Length, 65536)))),
            RawPath = Encoding.UTF8.GetBytes(name),
            DisplayPath = name,
            Modified = now,
            Recorder = sample ? new RecorderIdentity("SAMPLE-0001", "SAMPLE-0001", "binding") : new RecorderIdentity(recorder, recorder, "name"),
            Station = "station-1",
            Slot = 1,
            Session = session ?? SessionId.New(now),
            Source = "dock",
            Attached = now,
            Spooled = now,
        };
        var registered = await Services.GetRequiredService<RegistrationTable>().RegisterAsync(manifest, ClipKind.Video, now, CancellationToken.None);
        if (media is not null)
            await Services.GetRequiredService<MediaTable>().WriteAsync(media with { ClipId = registered.Clip }, CancellationToken.None);
        if (stored)
            await StoreAsync(registered.Clip, bytes);
        else
            Station.Spool[registered.Clip.ToString()] = bytes;
        return registered.Clip;
    }

    /// <summary>A recorder in a slot of this station.</summary>
    public async Task<SessionId> GivenSessionAsync(string recorder, int slot)
    {
        var now = Time.GetUtcNow();
        var session = new DockSessionRow
        {
            SessionId = SessionId.New(now),
            Station = "station-1",
            Slot = slot,
            Source = "dock",
            Recorder = new RecorderIdentity(recorder, recorder, "binding"),
            AttachedAt = now,
        };
        await Services.GetRequiredService<DockSessionTable>().WriteAsync(session, [], now, CancellationToken.None);
        return session.SessionId;
    }

    /// <summary>04 for a clip.</summary>
    public async Task StoreAsync(ClipId clip, byte[] bytes)
    {
        await Services.GetRequiredService<ObjectStores>().Originals.PutNewAsync(ObjectKey.Original(clip), new ObjectSource.FromMemory(bytes), CancellationToken.None);
        var now = Time.GetUtcNow();
        Assert.True(await Services.GetRequiredService<ClipTable>().MoveAsync(
            new StageMove
            {
                Clip = clip,
                From = ClipStage.Registered,
                To = ClipStage.Stored,
                StoredAt = now,
                Event = new CustodyEvent { Id = EventId.New(now), At = now, Kind = CustodyKinds.ClipStored, Actor = CustodyActor.Worker("test"), Clip = clip, Once = $"stored/{clip}" },
            },
            CancellationToken.None));
    }

    /// <summary>Opens a viewing as the clip's page does, for the person whom the browser's cookie names.</summary>
    public static async Task<string> OpenViewingAsync(HttpClient browser, ClipId clip, bool posters = false)
    {
        using var answer = await browser.GetAsync($"/test/open/{clip}{(posters ? "?posters=1" : "")}");
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>Writes whose a sighting is, without a ledger; null for nobody.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="officer">Number of the officer.</param>
    /// <param name="unit">Code of the unit.</param>
    /// <param name="recorder">Recorder of the sighting; the latest where none is named.</param>
    public async Task GivenOwnerAsync(ClipId clip, string? officer, string? unit, string? recorder = null)
    {
        await Database.AsOwner.ExecuteAsync(
            """
            update provenance set officer_id = (select officer_id from officer where number = $2), unit_id = (select unit_id from unit where code = $3)
            where intake_id = (select intake_id from provenance where clip_id = $1 and $4 in ('', recorder) order by intake_id desc limit 1)
            """,
            clip.Value,
            officer ?? "",
            unit ?? "",
            recorder ?? "");
        await Database.AsOwner.ExecuteAsync(
            """
            update clip set
              officers = array(select distinct officer_id from provenance where clip_id = $1 and officer_id is not null),
              units = array(select distinct unit_id from provenance where clip_id = $1 and unit_id is not null)
            where clip_id = $1
            """,
            clip.Value);
    }

    /// <summary>A poster of a clip, as 06 makes it.</summary>
    public async Task GivenPosterAsync(ClipId clip)
    {
        byte[] picture = [0xFF, 0xD8, 0xFF, 1, 2, 3];
        var digest = Sha256Digest.From(SHA256.HashData(picture));
        await Services.GetRequiredService<ObjectStores>().Derived.PutNewAsync(
            ObjectKey.Derived(clip, DerivedNames.Poster), new ObjectSource.FromMemory(picture), CancellationToken.None);
        await Services.GetRequiredService<DerivedTable>().WriteAsync(
            new DerivedRow
            {
                ClipId = clip,
                Name = DerivedNames.Poster,
                ContentType = "image/jpeg",
                SizeBytes = picture.Length,
                Sha256 = digest,
                ParentSha256 = digest,
                Tool = "test",
                Arguments = "",
                MadeAt = DateTimeOffset.UnixEpoch,
            },
            CancellationToken.None);
        await Database.AsOwner.ExecuteAsync("update clip set preview_state = 'ready' where clip_id = $1", clip.Value);
    }

    /// <summary>An antiforgery token for a header, as a page hands it to its scripts.</summary>
    public static Task<string> HeaderTokenAsync(HttpClient browser) => browser.GetStringAsync("/test/token");

    public async Task<IReadOnlyList<CustodyRow>> EventsAsync(ClipId clip, string kind) =>
        [.. (await Services.GetRequiredService<CustodyTable>().OfClipAsync(clip, CancellationToken.None)).Where(entry => entry.Kind == kind)];

    /// <summary>A value from the database as its owner sees it.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await Database.AsOwner.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Changes rows as the database's owner.</summary>
    public Task<int> ExecuteAsync(string sql) => Database.AsOwner.ExecuteAsync(sql);

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"([^\"]+)\"")]
    private static partial Regex TokenField();

    [GeneratedRegex("data-secret=\"([A-Z2-7]+)\"")]
    private static partial Regex SecretField();

    [GeneratedRegex("name=\"offer\" value=\"([^\"]+)\"")]
    private static partial Regex OfferField();

    /// <summary>Gives each browser an address (TestServer has none), and stands in for the clip page: it opens a viewing.</summary>
    private sealed class Addresses : IStartupFilter
    {
        public const string Header = "X-Test-Address";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, run) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.TryParse(context.Request.Headers[Header], out var address) ? address : IPAddress.Loopback;
                if (context.Request.Path.StartsWithSegments("/test/open", out var rest))
                    await OpenAsync(context, ClipId.Parse(rest.Value![1..]));
                else if (context.Request.Path == "/test/token")
                    await TokenAsync(context);
                else
                    await run(context);
            });
            next(app);
        };

        private static async Task TokenAsync(HttpContext context)
        {
            context.User = (await context.AuthenticateAsync()).Principal!;
            await context.Response.WriteAsync(context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken!);
        }

        private static async Task OpenAsync(HttpContext context, ClipId id)
        {
            context.User = (await context.AuthenticateAsync()).Principal!;
            var clip = await context.RequestServices.GetRequiredService<ClipTable>().FindAsync(context.User.Viewer(), id, CancellationToken.None);
            var viewings = context.RequestServices.GetRequiredService<Viewings>();
            await context.Response.WriteAsync(await (context.Request.Query.ContainsKey("posters")
                ? viewings.OpenPostersAsync(context, [clip!.ClipId], CancellationToken.None)
                : viewings.OpenPlayAsync(context, clip!, CancellationToken.None)));
        }
    }
}

/// <summary>The system's clock, moved on by tests. Timers run in real time.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
