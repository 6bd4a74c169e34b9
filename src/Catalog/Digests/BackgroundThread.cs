using System.Collections.Concurrent;

namespace YaoAn.Catalog;

/// <summary>
/// A thread for long computations that nobody waits for with a finger on the screen: the kernel lets everything else go first (nice 10;
/// .NET's thread priorities do nothing on Linux). It is a thread of its own, since only the superuser can take that back.
/// </summary>
internal sealed class BackgroundThread : IDisposable
{
    private readonly BlockingCollection<(Action Work, TaskCompletionSource Done)> _queue = [];

    public BackgroundThread(string name) => new Thread(Loop) { IsBackground = true, Name = name }.Start();

    /// <summary>Runs work on the thread, in the order of the calls; its exception comes out of the task.</summary>
    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add((work, done));
        return done.Task;
    }

    /// <summary>Lets the thread end after the work it has.</summary>
    public void Dispose() => _queue.CompleteAdding();

    private void Loop()
    {
        Posix.LowerThisThread();
        foreach (var (work, done) in _queue.GetConsumingEnumerable())
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
        _queue.Dispose();
    }
}
