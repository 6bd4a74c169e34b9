using Microsoft.AspNetCore.Antiforgery;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The one place where an exception or a bare status becomes a problem.</summary>
internal static class ProblemMapping
{
    public static ProblemCode Of(Exception exception) => exception switch
    {
        ProblemException problem => problem.Code,
        AntiforgeryValidationException => ProblemCode.Antiforgery,
        BadHttpRequestException => ProblemCode.BadRequest,
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName } =>
            ProblemCode.DatabaseBehind,
        PostgresException { IsTransient: false } => ProblemCode.Unexpected,
        NpgsqlException => ProblemCode.Database,
        DbUpdateException { InnerException: NpgsqlException cause } => Of(cause),
        InvalidOperationException { InnerException: NpgsqlException cause } => Of(cause), // EF: "an exception … likely due to a transient failure"
        StoreUnavailableException => ProblemCode.Store,
        ObjectMissingException => ProblemCode.OriginalMissing,
        StationAwayException => ProblemCode.Station,
        _ => ProblemCode.Unexpected,
    };

    public static ProblemCode Of(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => ProblemCode.SignInNeeded,
        StatusCodes.Status403Forbidden => ProblemCode.NoRight,
        StatusCodes.Status404NotFound => ProblemCode.NotFound,
        StatusCodes.Status405MethodNotAllowed => ProblemCode.MethodNotAllowed,
        StatusCodes.Status409Conflict => ProblemCode.NotStoredYet,
        StatusCodes.Status416RangeNotSatisfiable => ProblemCode.RangeOutside,
        StatusCodes.Status429TooManyRequests => ProblemCode.TooManyTries,
        >= 500 => ProblemCode.Unexpected,
        _ => ProblemCode.BadRequest,
    };

    public static int Status(ProblemCode code) => code switch
    {
        ProblemCode.BadRequest or ProblemCode.Antiforgery => StatusCodes.Status400BadRequest,
        ProblemCode.SignInNeeded => StatusCodes.Status401Unauthorized,
        ProblemCode.NoRight or ProblemCode.ViewingOver or ProblemCode.CrossSite => StatusCodes.Status403Forbidden,
        ProblemCode.NotFound => StatusCodes.Status404NotFound,
        ProblemCode.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ProblemCode.NotStoredYet => StatusCodes.Status409Conflict,
        ProblemCode.RangeOutside => StatusCodes.Status416RangeNotSatisfiable,
        ProblemCode.NotDecodable or ProblemCode.Invalid => StatusCodes.Status422UnprocessableEntity,
        ProblemCode.TooManyTries => StatusCodes.Status429TooManyRequests,
        ProblemCode.TusVersion or ProblemCode.ChangedSince => StatusCodes.Status412PreconditionFailed,
        ProblemCode.UploadMoved or ProblemCode.UploadTooLate => StatusCodes.Status409Conflict,
        ProblemCode.UploadBusy => StatusCodes.Status423Locked,
        ProblemCode.UploadTooLarge => StatusCodes.Status413PayloadTooLarge,
        ProblemCode.UploadsTooMany => StatusCodes.Status429TooManyRequests,
        ProblemCode.StationFull => StatusCodes.Status507InsufficientStorage,
        ProblemCode.Database or ProblemCode.DatabaseBehind or ProblemCode.Store or ProblemCode.Station => StatusCodes.Status503ServiceUnavailable,
        ProblemCode.OriginalMissing or ProblemCode.Unexpected => StatusCodes.Status500InternalServerError,
    };

    /// <summary>What an operator has to look into; the rest is the everyday life of a web server.</summary>
    public static bool IsOurs(ProblemCode code) => Status(code) >= 500;
}
