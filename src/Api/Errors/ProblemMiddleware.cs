using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Last resort: whatever goes wrong behind it leaves as one of our problems, a page for a person and problem+json for a program, with no
/// stack and no inner message. An answer that has begun is cut off, so that a short file is never taken for a whole one.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task InvokeAsync(HttpContext context, IStringLocalizer<ProblemWords> words, IStringLocalizer<FaultWords> faultWords)
    {
        ProblemCode code;
        IReadOnlyList<Fault> faults = [];
        try
        {
            await next(context);
            if (context.Response.HasStarted || context.Response.StatusCode < 400 || context.Response.ContentType is not null || context.Response.ContentLength is not null)
                return;
            code = ProblemMapping.Of(context.Response.StatusCode);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone; there is nobody to tell.
            return;
        }
        catch (Exception e)
        {
            code = ProblemMapping.Of(e);
            faults = (e as ProblemException)?.Faults ?? [];
            if (ProblemMapping.IsOurs(code))
                LogFailed(logger, e, code, context.Request.Method, context.Request.Path, context.Reference());
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }
            Forget(context.Response);
            context.Response.StatusCode = e is BadHttpRequestException bad ? bad.StatusCode : ProblemMapping.Status(code);
        }
        await AnswerAsync(context, code, words, () => [.. faults.Select(fault => new FieldProblem(fault.Field, fault.Code, faultWords.Sentence(fault)))]);
    }

    /// <summary>What was promised of another answer doesn't describe this one: its length, type and tag go. A cookie that was ended stays ended.</summary>
    private static void Forget(HttpResponse response)
    {
        var cookies = response.Headers.SetCookie;
        response.Clear();
        response.Headers.SetCookie = cookies;
    }

    private async Task AnswerAsync(HttpContext context, ProblemCode code, IStringLocalizer<ProblemWords> words, Func<FieldProblem[]> errors)
    {
        var page = context.Request.WantsPage();
        if (!page)
            CultureInfo.CurrentUICulture = LanguageOfProgram(context.Request) ?? CultureInfo.CurrentUICulture;
        var problem = new Problem
        {
            Type = $"urn:yaoan:problem:{code}",
            Title = words[$"{code}_Title"],
            Status = context.Response.StatusCode,
            Reason = words[$"{code}_Reason"],
            Effect = words[$"{code}_Effect"],
            Action = words[$"{code}_Action"],
            TraceId = context.Reference(),
            Errors = errors() is { Length: > 0 } told ? told : null,
        };
        try
        {
            if (page)
            {
                await WritePageAsync(context, problem);
                return;
            }
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogFailed(logger, e, code, "page of the error", context.Request.Path, problem.TraceId);
        }
        context.Response.ContentType = "application/problem+json; charset=utf-8";
        await context.Response.WriteAsync(JsonSerializer.Serialize(problem, Json), context.RequestAborted);
    }

    // A view, not an endpoint: there is no address of an error page that somebody could open.
    private static Task WritePageAsync(HttpContext context, Problem problem)
    {
        var services = context.RequestServices;
        var data = new ViewDataDictionary<Problem>(services.GetRequiredService<IModelMetadataProvider>(), new ModelStateDictionary()) { Model = problem };
        var view = new ViewResult { ViewName = "/Errors/Error.cshtml", ViewData = data, StatusCode = problem.Status };
        var action = new ActionContext(context, context.GetRouteData(), new Microsoft.AspNetCore.Mvc.Abstractions.ActionDescriptor());
        return services.GetRequiredService<IActionResultExecutor<ViewResult>>().ExecuteAsync(action, view);
    }

    /// <summary>A program's own wish counts; pages have their switch.</summary>
    private static CultureInfo? LanguageOfProgram(HttpRequest request)
    {
        var wish = request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.Value ?? "")
            .FirstOrDefault(language => language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en", StringComparison.OrdinalIgnoreCase));
        return wish is null ? null : CultureInfo.GetCultureInfo(wish.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en" : "zh-Hans");
    }

    [LoggerMessage(10001, LogLevel.Error, "{Code} at {Method} {Path} ({Reference})")]
    private static partial void LogFailed(ILogger logger, Exception exception, ProblemCode code, string method, string path, string reference);
}

/// <summary>Words of problems, in Resources/ProblemWords.resx.</summary>
internal sealed class ProblemWords;
