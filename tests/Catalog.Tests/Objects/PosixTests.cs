using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

public sealed class PosixTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_that_are_not_utf8_are_listed_stated_and_opened_byte_for_byte() =>
        Gen.Byte.Where(b => b is not 0 and not (byte)'/').Array[1, 60].Sample(
            name =>
            {
                if (name is [(byte)'.'] or [(byte)'.', (byte)'.'])
                    return;
                using var folder = new TempFolder();
                MakeRaw(folder.Path, name, "raw");
                using var open = Posix.OpenFolder(folder.Path);
                Assert.Equal([name], Posix.List(open));
                Assert.Equal((EntryKind.File, 3), (Posix.StatAt(open, name).Kind, (int)Posix.StatAt(open, name).SizeBytes));
                using var file = Posix.OpenFileAt(open, name);
                var bytes = new byte[10];
                Assert.Equal(3, RandomAccess.Read(file, bytes, 0));
                Assert.Equal("raw", Encoding.ASCII.GetString(bytes, 0, 3));
            },
            iter: 30);

    [Fact]
    public void A_link_is_described_and_never_followed()
    {
        _folder.Write("secret", "secret"u8);
        Directory.CreateDirectory(_folder.At("inside"));
        Directory.CreateDirectory(_folder.At("other"));
        File.CreateSymbolicLink(_folder.At("inside", "file"), _folder.At("secret"));
        Directory.CreateSymbolicLink(_folder.At("inside", "folder"), _folder.At("other"));
        using var inside = Posix.OpenFolder(_folder.At("inside"));
        Assert.Equal(EntryKind.Link, Posix.StatAt(inside, "file"u8).Kind);
        Assert.Equal(EntryKind.Link, Posix.StatAt(inside, "folder"u8).Kind);
        Assert.Equal(Posix.ELOOP, Assert.Throws<Win32Exception>(() => Posix.OpenFileAt(inside, "file"u8)).NativeErrorCode);
        Assert.Contains(Assert.Throws<Win32Exception>(() => Posix.OpenFolderAt(inside, "folder"u8)).NativeErrorCode, (int[])[Posix.ELOOP, Posix.ENOTDIR]);
    }

    [Fact]
    public void A_pipe_is_special_and_opening_it_does_not_block()
    {
        Run("mkfifo", _folder.At("pipe"));
        using var folder = Posix.OpenFolder(_folder.Path);
        Assert.Equal(EntryKind.Special, Posix.StatAt(folder, "pipe"u8).Kind);
        using var pipe = Posix.OpenFileAt(folder, "pipe"u8);
        Assert.Equal(EntryKind.Special, Posix.Stat(pipe).Kind);
    }

    [Fact]
    public void The_state_of_a_file_is_what_the_kernel_says()
    {
        var path = _folder.Write("file", new byte[4321]);
        var modified = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc).AddTicks(1_234_567);
        File.SetLastWriteTimeUtc(path, modified);
        Assert.Equal(LinkOutcome.Linked, Posix.Link(path, _folder.At("second")));
        using var folder = Posix.OpenFolder(_folder.Path);
        var stat = Posix.StatAt(folder, "file"u8);
        Assert.Equal((EntryKind.File, 4321L, 2u), (stat.Kind, stat.SizeBytes, stat.Names));
        Assert.Equal(modified.AddTicks(-7), stat.Modified.UtcDateTime);
        Assert.Equal(stat, Posix.StatAt(folder, "second"u8));
        Assert.NotEqual(stat.Inode, Posix.Stat(folder).Inode);
        Assert.Equal(stat.Device, Posix.Stat(folder).Device);
    }

    [Fact]
    public void A_time_before_1970_is_kept()
    {
        var path = _folder.Write("old", "x"u8);
        File.SetLastWriteTimeUtc(path, new DateTime(1960, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        using var folder = Posix.OpenFolder(_folder.Path);
        Assert.Equal(1960, Posix.StatAt(folder, "old"u8).Modified.Year);
    }

    [Fact]
    public void A_second_name_never_replaces_one()
    {
        var path = _folder.Write("a", "one"u8);
        _folder.Write("b", "two"u8);
        Assert.Equal(LinkOutcome.NameTaken, Posix.Link(path, _folder.At("b")));
        Assert.Equal("two", File.ReadAllText(_folder.At("b")));
        Assert.Throws<IOException>(() => Posix.Link(_folder.At("none"), _folder.At("c")));
    }

    [Fact]
    public void Errors_carry_errno()
    {
        using var folder = Posix.OpenFolder(_folder.Path);
        Assert.Equal(Posix.ENOENT, Assert.Throws<Win32Exception>(() => Posix.OpenFileAt(folder, "none"u8)).NativeErrorCode);
        Assert.Equal(Posix.ENOENT, Assert.Throws<Win32Exception>(() => Posix.StatAt(folder, "none"u8)).NativeErrorCode);
        Assert.Equal(Posix.ENOENT, Assert.IsType<Win32Exception>(Assert.Throws<IOException>(() => Posix.OpenFolder(_folder.At("none"))).InnerException).NativeErrorCode);
    }

    [Fact]
    public void A_folder_can_be_listed_twice_and_while_it_is_large()
    {
        for (var i = 0; i < 1500; i++)
            _folder.Write($"file-{i}", []);
        using var folder = Posix.OpenFolder(_folder.Path);
        Assert.Equal(1500, Posix.List(folder).Count);
        Assert.Equal(1500, Posix.List(folder).Count);
    }

    private static void MakeRaw(string folder, byte[] name, string content)
    {
        // .NET can't name such a file; the shell gets the name as octal escapes.
        var octal = string.Concat(name.Select(b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0')));
        Run("sh", "-c", $"n=$(printf '{octal}x'); printf %s \"$2\" > \"$1/${{n%x}}\"", "sh", folder, content);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { Environment = { ["LC_ALL"] = "C" } })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
