namespace YaoAn.Ingest;

/// <summary>Makes the watcher of a slot; an import makes one for its folder.</summary>
internal sealed class SlotWatcherFactory(IServiceProvider services)
{
    public SlotWatcher Create(DockSlot slot, string sourceWord) => ActivatorUtilities.CreateInstance<SlotWatcher>(services, slot, sourceWord);
}

/// <summary>Runs 01 and 02 for all slots of the station: one watcher a slot, so that a card that hangs holds up its own slot only.</summary>
internal sealed class DockService(DockStation station, SlotWatcherFactory watchers, SpoolReplay replay) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        replay.Run();
        await Task.WhenAll(station.Slots.Select(slot =>
            // Looking at a broken card can block for minutes: each slot has a thread of its own to begin with.
            Task.Factory.StartNew(
                () => watchers.Create(slot, "dock").RunAsync(stoppingToken),
                stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
    }
}
