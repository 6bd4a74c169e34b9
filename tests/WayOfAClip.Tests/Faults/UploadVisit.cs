using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>
/// Two files that somebody sends: a film in one piece and a record in two. Whatever the station does meanwhile, the sender asks where it stands and goes on from
/// there, as tus clients do.
/// </summary>
internal sealed class UploadVisit : Visit
{
    private readonly Uploader _sender;
    private readonly string _batch;
    private readonly Dictionary<string, byte[]> _bytes = [];

    private UploadVisit(FaultStation station, int number, AccountId sender)
        : base(station, $"account:{sender}")
    {
        _batch = number.ToString(CultureInfo.InvariantCulture);
        _sender = new Uploader(sender, $"sender {_batch}");
    }

    public static async Task<UploadVisit> MakeAsync(FaultStation station, int number)
    {
        var visit = new UploadVisit(station, number, AccountId.New(TimeProvider.System.GetUtcNow()));
        foreach (var (name, write) in (IEnumerable<(string, Func<string, Task<byte[]>>)>)[("film.mp4", Footage.WriteSmallAsync), ("record.dat", Footage.WriteRecordAsync)])
        {
            var path = Path.Combine(station.Station.Data, "run", $"sent-{number}-{name}");
            await write(path);
            visit._bytes[name] = await File.ReadAllBytesAsync(path);
            visit.Add(new ExpectedSighting(name, Convert.ToHexStringLower(SHA256.HashData(visit._bytes[name])), null));
            File.Delete(path);
        }
        return visit;
    }

    /// <inheritdoc/>
    public override async Task RunAsync()
    {
        await Wait.UntilAsync($"all that {Key} sends is stored", AtMost, async () =>
        {
            var stored = true;
            foreach (var (name, bytes) in _bytes)
                stored &= await GoOnAsync(name, bytes) == UploadState.Stored;
            return stored;
        }, SeenAsync);
        await KnownAsync();
        await EndedAsync();
        // Behind the durable line the sent bytes are let go; where that failed, the next start does it.
    }

    /// <summary>Asks how far a file is, and sends more of it. Null where there was no answer.</summary>
    private async Task<UploadState?> GoOnAsync(string name, byte[] bytes)
    {
        try
        {
            var wish = new NewUpload { Uploader = _sender, RawName = Encoding.UTF8.GetBytes(name), SizeBytes = bytes.Length, Modified = Given.Now, Batch = _batch, Ticket = name };
            if (await AskAsync(HttpMethod.Post, "/uploads", JsonContent.Create(wish)) is not { State: UploadState.Uploading } view)
                return await AskAsync(HttpMethod.Post, "/uploads", JsonContent.Create(wish)) is { } known ? known.State : null;
            var from = (int)view.OffsetBytes;
            var to = name == "record.dat" && from == 0 ? bytes.Length / 2 : bytes.Length;
            return (await AskAsync(HttpMethod.Patch, $"/uploads/{view.Id}?account={_sender.Account}&offset={from}", new ByteArrayContent(bytes[from..to])))?.State;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    private async Task<UploadView?> AskAsync(HttpMethod method, string path, HttpContent content)
    {
        using var answer = await Station.AskAsync(method, path, content);
        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.InternalServerError or HttpStatusCode.Conflict or HttpStatusCode.Locked, $"{method} {path}: {answer.StatusCode}");
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<UploadView>() : null;
    }
}
