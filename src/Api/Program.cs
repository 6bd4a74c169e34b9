using YaoAn.Api;

try
{
    var builder = WebApplication.CreateBuilder(args).AddHost();
    builder.Services.AddApi(builder.Configuration);
    var app = builder.Build();
    app.UseHost().MapApi();
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (ApiServices.ReasonNotToStart(e) is { } reason)
{
    await Console.Error.WriteLineAsync(reason);
    return ApiServices.ExitMissing;
}
