// Each test runs whole stations; side by side on two cores they would only make each other late.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
