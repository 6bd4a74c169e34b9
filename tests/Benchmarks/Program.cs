using YaoAn.Benchmarks;

return await BenchmarkCommand.RunAsync(args);
