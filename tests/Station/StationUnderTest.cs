using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Xunit.Sdk;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>
/// A whole station: the real programs as processes with a data folder, ports, keys and a database of their own, and a forwarder in front of
/// PostgreSQL. Disposing stops everything and removes it; where a test failed, the logs stay and their ends are in its message.
/// </summary>
public sealed class StationUnderTest : IAsyncDisposable
{
    public const string Reviewer = "reviewer-1";
    public const string Admin = "admin-1";
    public const string Password = "correct-horse-battery-7";

    private static readonly TimeSpan s_toStart = TimeSpan.FromSeconds(60);

    private readonly StationSettings _settings;
    private readonly string _key = Hex();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly int _stationPort = FreePort.Take();
    private readonly int _apiPort = FreePort.Take();
    private readonly SemaphoreSlim _reads = new(8);
    private readonly S3ObjectStore? _store;
    private bool _failed;

    private StationUnderTest(StationSettings settings)
    {
        _settings = settings;
        Data = Directory.CreateTempSubdirectory("yaoan-way-").FullName;
        Table = new StationTable(Setting("YAOAN_TEST_DB"));
        Postgres = new Forwarder(Table.Host, Table.Port);
        _store = settings.Bucket is { } bucket ? new S3ObjectStore(TestS3.Server, bucket, TestS3.Keys, TestS3.Region, lockDays: 1, _reads, TimeProvider.System) : null;
    }

    /// <summary>The data folder.</summary>
    public string Data { get; }

    /// <summary>The database as it is.</summary>
    public StationTable Table { get; }

    /// <summary>The programs' way to the database.</summary>
    public Forwarder Postgres { get; }

    public ProgramUnderTest? Ingest { get; private set; }

    public ProgramUnderTest? Api { get; private set; }

    /// <summary>Where people come in.</summary>
    public Uri Pages => new($"http://127.0.0.1:{_apiPort}");

    /// <summary>Lines <c>role path</c> of the set-up links.</summary>
    public string LinksFile => Path.Combine(Data, "run", "setup-links");

    public string SpoolFolder => Path.Combine(Data, "spool");

    private Uri Station => _settings.IngestUrl ?? new Uri($"http://127.0.0.1:{_stationPort}");

    private string Logs => Path.Combine(Data, "logs");

    /// <summary>Makes a station and starts it.</summary>
    public static async Task<StationUnderTest> StartAsync(StationSettings? settings = null)
    {
        var station = new StationUnderTest(settings ?? new StationSettings());
        try
        {
            await station.PrepareAsync();
            if (station._settings.WithIngest)
                await station.StartIngestAsync();
            if (station._settings.WithPages)
                await station.StartApiAsync();
            return station;
        }
        catch
        {
            station._failed = true;
            await station.DisposeAsync();
            throw;
        }
    }

    /// <summary>Folder of a slot.</summary>
    public string Slot(int number) => Path.Combine(Data, "docks", $"slot-{number:00}");

    public async Task StartIngestAsync()
    {
        Ingest = Run(_settings.IngestProgram, ["run", "--role", "dock,work"], Data, "ingest.log");
        await Ingest.AnswersAsync(_http, new Uri(Station, "/health"), s_toStart);
    }

    public async Task StartApiAsync()
    {
        Api = Run(Programs.Api, [], Programs.ApiFolder, "api.log");
        await Api.AnswersAsync(_http, new Uri(Pages, "/sign-in"), s_toStart);
    }

    /// <summary>SIGTERM to Ingest; gives its exit code.</summary>
    public async Task<int> StopIngestAsync()
    {
        var exit = await Ingest!.StopAsync();
        Ingest = null;
        return exit;
    }

    /// <summary>SIGTERM to both; gives their exit codes.</summary>
    public async Task<(int Api, int Ingest)> StopAsync()
    {
        var api = await Api!.StopAsync();
        Api = null;
        return (api, await StopIngestAsync());
    }

    /// <summary>kill -9 of Ingest.</summary>
    public async Task KillIngestAsync()
    {
        await Ingest!.KillAsync();
        Ingest = null;
    }

    /// <summary>Gives the exit code of an Ingest that has ended, or is about to, by itself or by a signal.</summary>
    public async Task<int> BuryIngestAsync()
    {
        var exit = await Ingest!.EndAsync(TimeSpan.FromSeconds(40));
        await Ingest.DisposeAsync();
        Ingest = null;
        return exit;
    }

    /// <summary>kill -9 of Api.</summary>
    public async Task KillApiAsync()
    {
        await Api!.KillAsync();
        Api = null;
    }

    /// <summary>Runs a verb of <c>ingest</c> with the station's settings to its end.</summary>
    public Task<(int Exit, string Output)> VerbAsync(params string[] arguments) => VerbOfAsync(Programs.Ingest, arguments);

    /// <summary>The same with a program that takes the part of <c>ingest</c>.</summary>
    public async Task<(int Exit, string Output)> VerbOfAsync(string ingest, params string[] arguments)
    {
        var log = $"verb-{Guid.CreateVersion7():N}.log";
        await using var program = Run(ingest, arguments, Data, log);
        var exit = await program.EndAsync(TimeSpan.FromMinutes(2));
        return (exit, program.Tail(200));
    }

    /// <summary>The board; null while the station doesn't answer.</summary>
    public async Task<BoardState?> TryBoardAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Station, "/board"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        try
        {
            using var answer = await _http.SendAsync(request);
            return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<BoardState>();
        }
        catch (Exception e) when (e is HttpRequestException { StatusCode: null } or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>What Api asks of the station, with its key.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(method, new Uri(Station, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        return await _http.SendAsync(request);
    }

    /// <summary>The board.</summary>
    public async Task<BoardState> BoardAsync() => await TryBoardAsync() ?? throw new XunitException("The station did not give its board.");

    /// <summary>Waits until a slot is as wanted.</summary>
    public Task<SlotState> SlotAsync(int slot, string what, TimeSpan atMost, Func<SlotState, bool> wanted) => Wait.ForAsync(
        $"slot {slot} {what}",
        atMost,
        async () => await TryBoardAsync() is { } board && wanted(board.Slot(slot)) ? board.Slot(slot) : null,
        async () => JsonSerializer.Serialize((await TryBoardAsync())?.Slot(slot)));

    /// <summary>Waits until a slot holds as many files as were dropped and is green.</summary>
    public Task<SlotState> GreenAsync(int slot, int files, TimeSpan atMost) =>
        SlotAsync(slot, $"is green with {files} files", atMost, tile => tile.State == "ready" && tile.Files.Listed == files);

    /// <summary>Empties a slot and waits until the station has seen it.</summary>
    public async Task UndockAsync(int slot)
    {
        foreach (var entry in new DirectoryInfo(Slot(slot)).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }
        await SlotAsync(slot, "is empty", TimeSpan.FromSeconds(15), tile => tile.State == "empty");
    }

    /// <summary>Path of a stored original.</summary>
    public string StoredFile(Guid clip) => Path.Combine(Data, "store", "originals", clip.ToString(), "original");

    /// <summary>Length of a stored original, in whichever store it lies; null where it doesn't.</summary>
    public async Task<long?> StoredLengthAsync(Guid clip) => _store is not null
        ? (await _store.StatAsync(ObjectKey.Original(new ClipId(clip)), default))?.SizeBytes
        : new FileInfo(StoredFile(clip)) is { Exists: true } file ? file.Length : (long?)null;

    /// <summary>SHA-256 of a stored original, in whichever store it lies.</summary>
    public async Task<string> StoredDigestAsync(Guid clip)
    {
        await using var bytes = _store is not null ? await _store.OpenReadAsync(ObjectKey.Original(new ClipId(clip)), 0, default) : File.OpenRead(StoredFile(clip));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes));
    }

    /// <summary>Names of all that is stored of a clip beside its original, itself among them, in whichever store it lies.</summary>
    public async Task<IReadOnlyList<string>> StoredNamesAsync(Guid clip)
    {
        var names = new List<string>();
        if (_store is null)
            return [.. Directory.EnumerateFiles(Path.GetDirectoryName(StoredFile(clip))!).Select(Path.GetFileName)!];
        await foreach (var found in _store.ListAsync($"originals/{clip}/", strange: null, default))
            names.Add(Path.GetFileName(found.Key.Value));
        return names;
    }

    /// <summary>Intakes that lie in the spool.</summary>
    public IReadOnlyList<string> Spooled() => [.. Directory.EnumerateDirectories(SpoolFolder)];

    /// <summary>Writes the binding file of a recorder, as the bureau's key signs it.</summary>
    public void Bind(string folder, string serial, int issue = 1)
    {
        var key = Convert.FromHexString(File.ReadAllText(Path.Combine(Data, "keys", "bureau.key")).Trim());
        var hmac = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{serial}\n{issue}")));
        File.WriteAllText(Path.Combine(folder, "YAOAN.ID"), $$"""{"serial":"{{serial}}","issue":{{issue}},"hmac":"{{hmac}}"}""");
    }

    /// <summary>GET without an account.</summary>
    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(Pages, path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Errors in the programs' logs: an unexpected one fails a test.</summary>
    public IReadOnlyList<string> ErrorsLogged() =>
    [
        .. Directory.EnumerateFiles(Logs, "*.log").SelectMany(log => ReadShared(log).Select(line => $"{Path.GetFileName(log)}: {line}"))
            .Where(line => line.Contains("\"@l\":\"Error\"", StringComparison.Ordinal) || line.Contains("\"@l\":\"Fatal\"", StringComparison.Ordinal)
                || line.Contains("Unhandled exception", StringComparison.Ordinal)),
    ];

    /// <summary>Lines of the programs' logs that hold all of these words.</summary>
    public IReadOnlyList<string> Logged(params IReadOnlyCollection<string> words) =>
        [.. Directory.EnumerateFiles(Logs, "*.log").SelectMany(ReadShared).Where(line => words.All(word => line.Contains(word, StringComparison.Ordinal)))];

    /// <summary>Runs a test's body; where it fails, the ends of the logs go into its message and the logs are kept.</summary>
    public async Task TellAsync(Func<Task> body)
    {
        try
        {
            await body();
        }
        catch (Exception e) when (e is not Xunit.SkipException)
        {
            _failed = true;
            var tails = new StringBuilder();
            foreach (var log in Directory.EnumerateFiles(Logs, "*.log").Order())
                tails.AppendLine().Append("== ").AppendLine(Path.GetFileName(log)).AppendJoin(Environment.NewLine, ReadShared(log).TakeLast(20).Select(line => line.Length > 300 ? line[..300] + "…" : line));
            throw new XunitException($"{e.Message}{Environment.NewLine}{e.StackTrace}{Environment.NewLine}The logs are kept in {KeptLogs}.{tails}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Api is not null)
                await Api.DisposeAsync();
            if (Ingest is not null)
                await Ingest.DisposeAsync();
        }
        finally
        {
            await Postgres.DisposeAsync();
            await Table.DisposeAsync();
            _http.Dispose();
            _store?.Dispose();
            _reads.Dispose();
            if (_failed)
                Directory.Move(Logs, KeptLogs);
            Remove(Data);
        }
    }

    private string KeptLogs => Data + ".logs";

    private async Task PrepareAsync()
    {
        foreach (var folder in new[] { "keys", "run", "logs" }.Select(name => Path.Combine(Data, name)).Concat(Enumerable.Range(1, _settings.Slots).Select(Slot)))
            Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(Data, "keys", "internal.key"), _key);
        await File.WriteAllTextAsync(Path.Combine(Data, "keys", "bureau.key"), Hex());
        await File.WriteAllTextAsync(PasswordFile, Password + "\n");
        if (_settings.Bucket is not null)
        {
            await File.WriteAllTextAsync(StoreKey("access"), TestS3.Keys.Access);
            await File.WriteAllTextAsync(StoreKey("secret"), TestS3.Keys.Secret);
        }
        Postgres.Open();
        await NewCatalogAsync();
    }

    /// <summary>An empty catalog, migrated.</summary>
    public async Task NewCatalogAsync()
    {
        await Table.CreateAsync();
        await using var migration = Run(
            Programs.Ingest, ["migrate"], Data, "migrate.log", new() { ["ConnectionStrings__Owner"] = Connection("YAOAN_TEST_DB") });
        var exit = await migration.EndAsync(TimeSpan.FromSeconds(60));
        if (exit != 0)
            throw new XunitException($"ingest migrate ended with {exit}: {migration.Tail()}");
    }

    private string StoreKey(string name) => Path.Combine(Data, "keys", "store." + name);

    private string PasswordFile => Path.Combine(Data, "keys", "test.password");

    private ProgramUnderTest Run(string program, string[] arguments, string folder, string log, Dictionary<string, string>? more = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["YaoAn__DataFolder"] = Data,
            ["ConnectionStrings__Catalog"] = Connection("YAOAN_TEST_APP_DB"),
            ["Station__Name"] = "station-1",
            ["Station__Title"] = "1 号采集站",
            ["Station__Contact"] = "张工 内线 8012",
            ["Station__Slots"] = _settings.Slots.ToString(),
            ["Station__Listen"] = new Uri($"http://127.0.0.1:{_stationPort}").ToString(),
            ["Work__HangfireSchema"] = "way_jobs",
            ["Ingest__Url"] = Station.ToString(),
            ["Keys__Internal"] = Path.Combine(Data, "keys", "internal.key"),
            ["Keys__Bureau"] = Path.Combine(Data, "keys", "bureau.key"),
            ["Keys__DataProtection"] = Path.Combine(Data, "keys", "data-protection"),
            ["ASPNETCORE_URLS"] = Pages.ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["Setup__LinksFile"] = LinksFile,
            ["Setup__Sample"] = _settings.Sample ? "true" : "false",
            ["Setup__Admin__Name"] = Admin,
            ["Setup__Admin__PasswordFile"] = PasswordFile,
            ["Setup__Reviewer__Name"] = Reviewer,
            ["Setup__Reviewer__PasswordFile"] = PasswordFile,
        };
        if (_settings.Quick)
        {
            environment["Station__PollInterval"] = "00:00:00.25";
            environment["Station__QuietPeriod"] = "00:00:01";
        }
        if (_settings.Bucket is { } bucket)
        {
            environment["Store__Url"] = new Uri(TestS3.Server, bucket).ToString();
            environment["Store__AccessKeyFile"] = StoreKey("access");
            environment["Store__SecretKeyFile"] = StoreKey("secret");
        }
        foreach (var (name, value) in _settings.More.Concat(more ?? []))
            environment[name] = value;
        return ProgramUnderTest.Start(program, arguments, folder, environment, Path.Combine(Logs, log));
    }

    private string Connection(string variable) => new NpgsqlConnectionStringBuilder(Setting(variable))
    {
        Host = "127.0.0.1",
        Port = Postgres.Port,
        Database = Table.Name,
        SearchPath = StationTable.Schema,
        Timeout = 5,
    }.ConnectionString;

    private static IEnumerable<string> ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>The store locks its folders against everybody but root.</summary>
    private static void Remove(string folder)
    {
        foreach (var locked in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder, recursive: true);
    }

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw new InvalidOperationException($"{name} is not set.");

    private static string Hex() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
