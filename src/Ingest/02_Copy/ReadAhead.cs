using System.Collections.Concurrent;

namespace YaoAn.Ingest;

/// <summary>Goes through something slow on a thread of its own, some steps ahead of whoever uses it.</summary>
internal static class ReadAhead
{
    /// <summary>The same things in the same order. What fails there fails here, in its place; who stops early stops the thread as well, and waits for it.</summary>
    /// <param name="things">Gone through once.</param>
    /// <param name="atMost">So many wait to be used, beside the one that is used and the one that is being made.</param>
    public static IEnumerable<T> Of<T>(IEnumerable<T> things, int atMost)
    {
        using var made = new BlockingCollection<T>(atMost);
        using var stop = new CancellationTokenSource();
        var making = Task.Factory.StartNew(Make, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var thing in made.GetConsumingEnumerable())
                yield return thing;
            making.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            Task.WhenAny(making).GetAwaiter().GetResult();
        }

        void Make()
        {
            try
            {
                foreach (var thing in things)
                    made.Add(thing, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Nobody wants the rest.
            }
            finally
            {
                made.CompleteAdding();
            }
        }
    }
}
