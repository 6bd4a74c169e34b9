using System.Text;
using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

/// <summary>Fuzz of what reads names and profile files: a name on a card never throws, whatever it is; a profile file is used or refused with its path.</summary>
public sealed class NameFuzzTests
{
    private static readonly RecorderProfiles s_profiles = RecorderProfiles.Load();

    private static readonly byte[][] s_names =
    [
        .. new[]
        {
            "A11_2222222_222222_20260902180118_0001.mp4", "NOR_0000000_000000_20221208_101416_0003.mp4", "20210705101910.dav", "officer_AABBCCDD1234_20190101T090909Z", "20190101_090909_7CF7_ACCC8E000001_gpstrail.json",
            "bookmark_20190101T090909Z_1", "DCIM/100MEDIA/AMBA0012.MP4", "2017_0101_060101_001A.MP4", "REC_200616-101112-000123F.TS", "20121108-095609_NOR_D.mp4", "VIDEO/2024-01-02/101112a.mp4", "VID_20240102_101112.mp4",
            "seg_1700000000123456.mp4", "240102_1012.mp3", "Axon Body 3 Video 2021-03-04 1310 X60A12345.mp4", "MVI_4823.AVI", "现场 2024-01-02 10.11.12 copy.mp4", "Thumbs.db", "YAOAN.ID",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void No_name_makes_the_dock_stumble_and_what_a_name_tells_can_be_true() =>
        Gen.Int.Select(seed => Fuzz.Changed(s_names, seed)).Sample(CheckName, time: Fuzz.Seconds, print: Fuzz.Print);

    [Fact]
    public void A_published_name_with_one_other_byte_is_read_or_tells_nothing()
    {
        foreach (var name in s_names.SelectMany(Fuzz.OneByteOff))
            CheckName(name);
    }

    [Theory]
    [InlineData("seg_٠١٢٣٤٥٦٧٨٩.mp4")]
    [InlineData("DSJ_1234567_123456_٢٠٢٤٠١٠٢١٠١١١٢.mp4")]
    [InlineData("DCIM/１００MEDIA/AMBA００１２.MP4")]
    public void Digits_of_another_script_are_no_digits_of_a_recorder(string name)
    {
        CheckName(Encoding.UTF8.GetBytes(name));
        Assert.Null(s_profiles.Match(name));
    }

    [Fact]
    public void A_profile_file_is_used_or_refused_with_its_path_and_a_sentence()
    {
        using var folder = new TempFolder();
        byte[][] shipped = [File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "recorder-profiles.json")), Encoding.UTF8.GetBytes(Small)];
        Gen.Int.Select(seed => Fuzz.Changed(shipped, seed)).Sample(bytes => CheckProfiles(folder, bytes), time: Fuzz.Seconds, print: Fuzz.Print);
    }

    [Fact]
    public void A_profile_file_with_one_other_byte_is_used_or_refused()
    {
        using var folder = new TempFolder();
        // Each is a file to write and a program of expressions to make: a third of them in the usual run.
        foreach (var bytes in Fuzz.OneByteOff(Encoding.UTF8.GetBytes(Small)).Where((_, at) => Fuzz.Seconds > 2 || at % 3 == 0))
            CheckProfiles(folder, bytes);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"identityOrder":["name"],"bindingFile":null,"volumeLabel":"x","ignore":[],"sidecars":[],"kinds":{},"profiles":[]}""")]
    [InlineData("""{"identityOrder":["name"],"bindingFile":"x","volumeLabel":"x","ignore":[null],"sidecars":[],"kinds":{},"profiles":[]}""")]
    [InlineData("""{"identityOrder":["name"],"bindingFile":"x","volumeLabel":"x","ignore":[],"sidecars":[],"kinds":{"video":null},"profiles":[]}""")]
    [InlineData("""{"identityOrder":["name"],"bindingFile":"x","volumeLabel":"x","ignore":[],"sidecars":[],"kinds":{},"profiles":[null]}""")]
    [InlineData("""{"identityOrder":["name"],"bindingFile":"../up","volumeLabel":"x","ignore":[],"sidecars":[],"kinds":{},"profiles":[]}""")]
    [InlineData("""{"identityOrder":["name"],"bindingFile":"x","volumeLabel":"x","ignore":[],"sidecars":[],"kinds":{},"profiles":[{"id":"a","on":"name","zone":null,"regex":"x"}]}""")]
    public void What_is_missing_in_a_profile_file_is_said_at_its_reading_not_at_the_first_card(string text)
    {
        using var folder = new TempFolder();
        var path = folder.Write("profiles.json", Encoding.UTF8.GetBytes(text));
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => RecorderProfiles.Load(path)).Message, StringComparison.Ordinal);
    }

    private const string Small = """
        {"identityOrder":["binding","volume","name"],"bindingFile":"YAOAN.ID","volumeLabel":"^(?<dev>[A-Z0-9]{4,30})$","ignore":["^Thumbs$"],"sidecars":["txt"],"kinds":{"video":["mp4"],"audio":["wav"]},
        "profiles":[{"id":"a","on":"name","zone":"Asia/Shanghai","regex":"^(?<dev>[0-9]{7})_(?<ts>[0-9]{14})\\.(?<ext>mp4)$"}]}
        """;

    private static void CheckName(byte[] raw)
    {
        var name = Encoding.UTF8.GetString(raw);
        var facts = Fuzz.Bounded(raw, () =>
        {
            DisplayName.Of(raw);
            s_profiles.Ignores(name);
            s_profiles.MayBeSidecar(name);
            s_profiles.MayHaveSidecars(name);
            s_profiles.KindOf(name);
            s_profiles.DeviceOfLabel(name);
            return s_profiles.Match(name);
        });
        if (facts is null)
            return;
        Assert.Equal(facts.LocalTime is null, facts.Utc is null);
        Assert.Equal(facts.LocalTime is null, facts.Zone is null);
        if (facts.LocalTime is { } local)
        {
            Assert.InRange(local.Year, 1969, 2200);
            Assert.Equal(local, TimeZoneInfo.ConvertTime(facts.Utc!.Value, TimeZoneInfo.FindSystemTimeZoneById(facts.Zone!)).DateTime);
        }
        Assert.False(facts.Device?.All(c => c == '0') ?? false, facts.Device);
        Assert.False(facts.Person?.All(c => c == '0') ?? false, facts.Person);
        Assert.True(facts.Sequence is null or >= 0);
    }

    private static void CheckProfiles(TempFolder folder, byte[] bytes)
    {
        // Of each thread: several write at once.
        var path = folder.Write($"{Environment.CurrentManagedThreadId}.json", bytes);
        var profiles = Fuzz.BoundedOrRefused<RecorderProfiles, InvalidDataException>(bytes, () => RecorderProfiles.Load(path));
        if (profiles is null)
            return;
        foreach (var name in (string[])["A11_2222222_222222_20260902180118_0001.mp4", "DCIM/100MEDIA/AMBA0012.MP4", "Thumbs.db", ""])
        {
            Fuzz.Bounded(bytes, () => profiles.Match(name));
            profiles.Ignores(name);
            profiles.MayBeSidecar(name);
            profiles.MayHaveSidecars(name);
        }
        Assert.NotEmpty(profiles.BindingFile);
        Assert.All(profiles.IdentityOrder, Assert.NotNull);
    }
}
