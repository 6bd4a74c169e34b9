using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

/// <summary>What every <see cref="IObjectStore"/> promises. An implementation inherits the suite and gives a store of its own.</summary>
public abstract class ObjectStoreContract
{
    protected FakeTimeProvider Clock { get; } = new(Given.Now);

    protected abstract IObjectStore Store { get; }

    /// <summary>Present time of the store.</summary>
    protected virtual DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>A retention whose end a test can see.</summary>
    protected virtual TimeSpan LockFor => TimeSpan.FromDays(183);

    /// <summary>Lets time pass for the store.</summary>
    protected virtual Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return Task.CompletedTask;
    }

    protected static ObjectKey NewKey() => ObjectKey.Original(ClipId.New(Given.Now));

    [SkippableFact]
    public async Task What_was_put_is_read_back()
    {
        foreach (var size in (int[])[0, 1, 4096, (3 << 20) + 7])
        {
            var (key, bytes) = (NewKey(), RandomNumberGenerator.GetBytes(size));
            Assert.Equal(PutOutcome.Put, await PutAsync(key, bytes));
            Assert.Equal(bytes, await ReadAsync(key));
            Assert.Equal((key, size), (Assert.IsType<ObjectStat>(await Store.StatAsync(key, default)).Key, (int)(await Store.StatAsync(key, default))!.SizeBytes));
        }
    }

    [SkippableFact]
    public async Task A_second_put_of_a_key_changes_nothing()
    {
        var (key, bytes) = (NewKey(), Given.Bytes());
        await PutAsync(key, bytes);
        Assert.Equal(PutOutcome.AlreadyThere, await PutAsync(key, Given.Bytes()));
        Assert.Equal(PutOutcome.AlreadyThere, await PutAsync(key, bytes));
        Assert.Equal(bytes, await ReadAsync(key));
    }

    [SkippableFact]
    public async Task A_put_under_a_lock_changes_nothing()
    {
        var (key, bytes) = (NewKey(), Given.Bytes());
        await PutAsync(key, bytes);
        await Store.LockUntilAsync(key, Now.AddDays(183), default);
        Assert.Equal(PutOutcome.AlreadyThere, await PutAsync(key, Given.Bytes()));
        Assert.Equal(bytes, await ReadAsync(key));
    }

    [SkippableFact]
    public async Task A_neighbour_can_be_put_beside_a_locked_object()
    {
        var clip = ClipId.New(Given.Now);
        await PutAsync(ObjectKey.Original(clip), Given.Bytes());
        await Store.LockUntilAsync(ObjectKey.Original(clip), Now.AddDays(183), default);
        var manifest = ObjectKey.Manifest(clip, IntakeId.New(Given.Now));
        var bytes = Given.Bytes();
        Assert.Equal(PutOutcome.Put, await PutAsync(manifest, bytes));
        Assert.Equal(bytes, await ReadAsync(manifest));
    }

    [SkippableFact]
    public async Task A_read_may_begin_anywhere()
    {
        var (key, bytes) = (NewKey(), RandomNumberGenerator.GetBytes(100_000));
        await PutAsync(key, bytes);
        foreach (var offset in (int[])[0, 1, 65_536, 99_999, 100_000])
            Assert.Equal(bytes[offset..], await ReadAsync(key, offset));
    }

    [SkippableFact]
    public async Task What_is_not_there_is_missing_and_no_other_error()
    {
        var key = NewKey();
        Assert.Null(await Store.StatAsync(key, default));
        Assert.Equal(key, (await Assert.ThrowsAsync<ObjectMissingException>(() => Store.OpenReadAsync(key, 0, default))).Key);
        await Assert.ThrowsAsync<ObjectMissingException>(() => Store.LockUntilAsync(key, Given.Now, default));
        await Store.DeleteAsync(key, default);
    }

    [SkippableFact]
    public async Task A_lock_grows_and_never_shortens()
    {
        var key = NewKey();
        await PutAsync(key, Given.Bytes());
        var (near, far) = (Now.AddDays(100), Now.AddDays(200));
        Assert.Equal(near, await Store.LockUntilAsync(key, near, default));
        Assert.Equal(far, await Store.LockUntilAsync(key, far, default));
        Assert.Equal(far, await Store.LockUntilAsync(key, near, default));
        Assert.Equal(far, (await Store.StatAsync(key, default))!.LockedUntil);
    }

    [SkippableFact]
    public async Task Deletion_is_refused_until_the_lock_ends()
    {
        var (key, bytes) = (NewKey(), Given.Bytes());
        await PutAsync(key, bytes);
        var until = Now + LockFor;
        await Store.LockUntilAsync(key, until, default);
        Assert.Equal(until, (await Assert.ThrowsAsync<ObjectLockedException>(() => Store.DeleteAsync(key, default))).Until);
        Assert.Equal(bytes, await ReadAsync(key));
        await PassAsync(LockFor - TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<ObjectLockedException>(() => Store.DeleteAsync(key, default));
        await PassAsync(TimeSpan.FromSeconds(3));
        await Store.DeleteAsync(key, default);
        Assert.Null(await Store.StatAsync(key, default));
    }

    [SkippableFact]
    public async Task A_list_has_all_objects_below_its_prefix_and_nothing_else()
    {
        var clip = ClipId.New(Given.Now);
        ObjectKey[] keys = [ObjectKey.Original(clip), ObjectKey.Manifest(clip, IntakeId.New(Given.Now)), ObjectKey.Derived(clip, "poster.jpg")];
        foreach (var key in keys)
            await PutAsync(key, Given.Bytes(50));
        await Store.LockUntilAsync(keys[0], Now.AddDays(1), default);
        var listed = new List<ObjectStat>();
        await foreach (var stat in Store.ListAsync($"originals/{clip}/", strange: null, default))
            listed.Add(stat);
        Assert.Equal(keys[..2].Select(key => key.Value).Order(), listed.Select(stat => stat.Key.Value).Order());
        Assert.All(listed, stat => Assert.Equal(50, stat.SizeBytes));
    }

    [SkippableFact]
    public async Task Many_puts_of_one_key_at_once_leave_the_bytes_of_one_of_them()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = NewKey();
            var contents = Enumerable.Range(0, 8).Select(i => Enumerable.Repeat((byte)i, 200_000).ToArray()).ToList();
            var outcomes = await Task.WhenAll(contents.Select(bytes => Task.Run(() => PutAsync(key, bytes))));
            Assert.Single(outcomes, outcome => outcome == PutOutcome.Put);
            Assert.Equal(contents[Array.IndexOf(outcomes, PutOutcome.Put)], await ReadAsync(key));
        }
    }

    [SkippableFact]
    public async Task A_working_store_passes_its_own_trial_and_keeps_nothing_of_it()
    {
        await Store.TryAsync(default);
        await foreach (var stat in Store.ListAsync("canary/", strange: null, default))
            Assert.Fail($"{stat.Key} was left behind");
    }

    protected async Task<byte[]> ReadAsync(ObjectKey key, long offset = 0)
    {
        await using var stream = await Store.OpenReadAsync(key, offset, default);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    protected Task<PutOutcome> PutAsync(ObjectKey key, byte[] bytes) => Store.PutNewAsync(key, new ObjectSource.FromMemory(bytes), default);
}
