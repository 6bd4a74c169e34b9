using System.Text;

namespace YaoAn.WayOfAClip.Tests.Hostile;

/// <summary>Playlists and scripts under the names of recordings: each asks whoever reads it to open something else (CVE-2016-1897 and -1898, and their kin).</summary>
internal static class HostilePlaylists
{
    public static IEnumerable<HostileFile> All(Bait bait)
    {
        yield return Of("hls-file.mp4", Hls(bait.File));
        yield return Of("hls-file-url.mov", Hls("file://" + bait.File));
        yield return Of("hls-http.avi", Hls(bait.Http + ".ts"));
        yield return Of("hls-concat.mp4", Hls($"concat:{bait.Http}.txt|file://{bait.File}"));
        yield return Of("hls-subfile.ts", Hls($"subfile,,start,0,end,64,,:{bait.File}"));
        yield return Of("hls-key.ts", $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"{bait.Http}.key\"\n#EXT-X-MAP:URI=\"{bait.File}\"\n#EXTINF:1,\ncrypto:{bait.File}\n#EXT-X-ENDLIST\n");
        yield return Of("hls-master.mkv", $"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{bait.Http}.m3u8\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\",URI=\"{bait.File}\"\n");
        yield return Of("ffconcat.mp4", $"ffconcat version 1.0\nfile '{bait.File}'\nduration 1\n");
        yield return Of("ffconcat-options.avi", $"ffconcat version 1.0\nfile '{bait.Http}.ts'\noption protocol_whitelist file,http,tcp,crypto,concat\noption safe 0\n");
        yield return Of("dash.mp4", $"""
            <?xml version="1.0"?><!DOCTYPE MPD [<!ENTITY canary SYSTEM "file://{bait.File}">]>
            <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S"><Period><BaseURL>{bait.Http}/</BaseURL><AdaptationSet mimeType="video/mp4">
            <Representation id="1" bandwidth="1"><BaseURL>file://{bait.File}</BaseURL><SegmentBase><Initialization sourceURL="{bait.Http}.mp4"/></SegmentBase></Representation>
            </AdaptationSet></Period>&canary;</MPD>
            """);
        yield return Of("sdp.mp4", $"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\na=control:rtsp://127.0.0.1:{bait.TcpPort}/x\r\nm=video {bait.UdpPort} RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n");
        yield return Of("rtsp-text.mov", $"rtsptextrtsp://127.0.0.1:{bait.TcpPort}/live\r\n");
        yield return Of("asx.wmv", $"<ASX VERSION=\"3.0\"><ENTRY><REF HREF=\"{bait.Http}.wmv\"/><REF HREF=\"file://{bait.File}\"/></ENTRY></ASX>");
        yield return Of("asf-reference.asf", $"[Reference]\r\nRef1={bait.Http}.asf?MSWMExt=.asf\r\nRef2=file://{bait.File}\r\n");
        yield return Of("smil.mp4", $"<smil><body><video src=\"{bait.Http}.mp4\"/><video src=\"file://{bait.File}\"/></body></smil>");
        yield return Of("pls.mp3", $"[playlist]\nNumberOfEntries=2\nFile1={bait.Http}.mp3\nFile2={bait.File}\n");
        yield return Of("image-script.jpg", $"push graphic-context\nviewbox 0 0 640 480\nfill 'url({bait.Http}.jpg\"|cat {bait.File}\")'\nimage over 0,0 0,0 'msl:{bait.File}'\npop graphic-context\n");
        yield return Of("drawing.png", $"""
            <?xml version="1.0"?><!DOCTYPE svg [<!ENTITY canary SYSTEM "file://{bait.File}">]>
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><script>alert(1)</script>
            <image xlink:href="{bait.Http}.png" width="9" height="9"/><image xlink:href="file://{bait.File}" width="9" height="9"/><text>&canary;</text></svg>
            """);
        // A pattern that image2 would take for many files, and options where a name is expected.
        yield return Of("%03d.jpg", Hls(bait.File) + "# %03d.jpg");
        yield return Of("-i.mp4", Hls(bait.File) + "# -i.mp4");
        yield return Of("-f lavfi -i movie=" + bait.File.Replace('/', '_') + ".mp4", Hls(bait.File) + "# lavfi");
        yield return Of("$(touch canary)`id`;reboot.mp4", Hls(bait.File) + "# $(touch canary)`id`;reboot.mp4");
        yield return Of("laughs.gpx", Laughs(bait));
        yield return Of("positions.gpx", $"<?xml version=\"1.0\"?><!DOCTYPE gpx [<!ENTITY % remote SYSTEM \"{bait.Http}.dtd\">%remote;<!ENTITY canary SYSTEM \"file://{bait.File}\">]><gpx version=\"1.1\"><name>&canary;</name></gpx>");
        yield return Of("deep.json", new string('[', 200_000));
    }

    private static string Hls(string segment) => $"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n{segment}\n#EXT-X-ENDLIST\n";

    /// <summary>Entities of entities: three thousand million letters, were they spelled out.</summary>
    private static string Laughs(Bait bait)
    {
        var text = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE gpx [<!ENTITY l0 \"ha\">");
        for (var i = 1; i < 10; i++)
            text.Append($"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">");
        return text.Append($"]><gpx version=\"1.1\" creator=\"{bait.TcpPort}\"><name>&l9;</name></gpx>").ToString();
    }

    private static HostileFile Of(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
