using Microsoft.AspNetCore.Antiforgery;

namespace YaoAn.Api;

/// <summary>
/// Every request that could change something carries an antiforgery token, whatever endpoint it goes to: in the header
/// <c>RequestVerificationToken</c> or the form; uploads carry their pass. It sits in front of all endpoints, so that none can forget it.
/// </summary>
internal sealed class AntiforgeryGate(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, IAntiforgery antiforgery, AccessLog log)
    {
        var method = context.Request.Method;
        var safe = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
        // A pass, or a program's token, comes in a header that no other site's page can set: it proves what this token proves.
        var proven = context.GetEndpoint()?.Metadata.GetMetadata<OpensByPassAttribute>() is not null || ApiTokens.IsMeant(context.Request);
        if (!safe && !proven && context.GetEndpoint() is not null && !await antiforgery.IsRequestValidAsync(context))
        {
            await log.RefusedAsync(context, "antiforgery");
            throw new ProblemException(ProblemCode.Antiforgery);
        }
        await next(context);
    }
}
