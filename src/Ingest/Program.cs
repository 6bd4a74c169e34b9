using System.CommandLine;
using YaoAn.Ingest;

// The readers inside the sandbox: before anything else is loaded.
if (args is ["metadata", var path])
    return MetadataReader.Print(path);
if (args is ["track", var file, .. { Length: <= 1 } more])
    return TrackReader.Print(file, more is [var times] ? times : null);
if (args is ["codes", var pictures])
    return CodeReader.Print(pictures);

var command = IngestCommands.Root().Parse(args);
var exit = await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
return command.Errors.Count > 0 ? ExitCodes.Usage : exit;
