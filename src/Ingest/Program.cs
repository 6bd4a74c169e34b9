using YaoAn.Ingest;

// The reader inside the sandbox: before anything else is loaded.
if (args is ["metadata", var path])
    return MetadataReader.Print(path);

return await IngestCommands.Root().Parse(args).InvokeAsync();
