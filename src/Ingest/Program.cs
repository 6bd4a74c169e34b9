using System.CommandLine;
using YaoAn.Ingest;

// The reader inside the sandbox: before anything else is loaded.
if (args is ["metadata", var path])
    return MetadataReader.Print(path);

var command = IngestCommands.Root().Parse(args);
var exit = await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
return command.Errors.Count > 0 ? ExitCodes.Usage : exit;
