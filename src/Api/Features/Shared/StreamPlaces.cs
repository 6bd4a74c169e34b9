using System.Collections.Concurrent;

namespace YaoAn.Api;

/// <summary>Places for answers that stay open: so many in all, and so many for one address or account, so that nobody takes all of them.</summary>
internal sealed class StreamPlaces(int most, int mostEach)
{
    private readonly ConcurrentDictionary<string, int> _each = new(StringComparer.Ordinal);
    private int _open;

    /// <summary>A place until it is disposed; null where none is left.</summary>
    public IDisposable? TryTake(string who)
    {
        if (Interlocked.Increment(ref _open) > most)
        {
            Interlocked.Decrement(ref _open);
            return null;
        }
        var place = new Place(this, who);
        if (_each.AddOrUpdate(who, 1, (_, count) => count + 1) <= mostEach)
            return place;
        place.Dispose();
        return null;
    }

    private void GiveBack(string who)
    {
        Interlocked.Decrement(ref _open);
        if (_each.AddOrUpdate(who, 0, (_, count) => count - 1) <= 0)
            _each.TryRemove(new KeyValuePair<string, int>(who, 0));
    }

    private sealed class Place(StreamPlaces places, string who) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
                places.GiveBack(who);
        }
    }
}
