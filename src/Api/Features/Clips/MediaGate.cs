using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What stands before all bytes and pictures of a clip: no other site's page, a clip that the person may know of, and a viewing. A refusal is noted.</summary>
internal sealed class MediaGate(ClipTable clips, AccessLog log)
{
    /// <summary>The clip; null where there is none that this person may know of.</summary>
    /// <param name="http">Request.</param>
    /// <param name="id">Clip.</param>
    /// <param name="isViewed">Whether there is a viewing that covers it.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ProblemException">The request comes from another site's page, or no viewing covers it.</exception>
    public async Task<ClipRow?> PassAsync(HttpContext http, ClipId id, Func<Task<bool>> isViewed, CancellationToken ct)
    {
        if (Bytes.ComesFromElsewhere(http.Request))
        {
            await log.RefusedAsync(http, "cross-site");
            throw new ProblemException(ProblemCode.CrossSite);
        }
        if (await clips.FindAsync(http.User.Viewer(), id, ct) is not { } clip)
            return null;
        if (await isViewed())
            return clip;
        await log.RefusedAsync(http, "viewing");
        throw new ProblemException(ProblemCode.ViewingOver);
    }
}
