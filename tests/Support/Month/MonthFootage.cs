using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>Makes what the recorders saw of a month, and brought to their slots.</summary>
internal sealed class MonthFootage(MonthPlan plan, MonthWork work, Random random)
{
    private readonly Dictionary<RecorderId, List<Shot>> _shots = [];

    private readonly Dictionary<DateOnly, Dictionary<OfficerId, MonthRecorder>> _carried = [];

    /// <summary>Clips of all recorders and the dockings that brought them.</summary>
    public (IReadOnlyList<MonthSession> Sessions, IReadOnlyList<MonthClip> Clips) Make(IReadOnlyList<MonthRecorder> recorders, IReadOnlyList<MonthActivity> activities)
    {
        var bodies = recorders.Where(recorder => recorder.Kind == "body").ToList();
        var fixedCameras = recorders.Where(recorder => recorder.Kind == "cctv").ToDictionary(recorder => recorder.Unit);
        var byTeamDay = activities.GroupBy(activity => (DateOnly.FromDateTime(activity.From.UtcDateTime), activity.Present[0].Id)).ToList();
        foreach (var day in byTeamDay)
            OfDay(day.First().Present, [.. day.OrderBy(activity => activity.From)], CarriedBy(bodies, day.Key.Item1), fixedCameras);
        Fill(bodies, activities);
        return Docked(recorders, activities);
    }

    /// <summary>Who has which recorder on a day.</summary>
    private Dictionary<OfficerId, MonthRecorder> CarriedBy(List<MonthRecorder> bodies, DateOnly day)
    {
        if (_carried.TryGetValue(day, out var known))
            return known;
        var carried = new Dictionary<OfficerId, MonthRecorder>();
        foreach (var recorder in bodies)
        {
            MonthOfficer[] may = [recorder.Taker ?? recorder.Holder!, .. recorder.Sharers];
            carried[may[random.Next(may.Length)].Id] = recorder;
        }
        return _carried[day] = carried;
    }

    private void OfDay(
        IReadOnlyList<MonthOfficer> team, IReadOnlyList<MonthActivity> activities, Dictionary<OfficerId, MonthRecorder> carried, Dictionary<UnitId, MonthRecorder> fixedCameras)
    {
        var cameras = team.Where(officer => carried.ContainsKey(officer.Id)).Select(officer => carried[officer.Id]).Distinct().ToList();
        var rolling = new Dictionary<RecorderId, (DateTimeOffset From, DateTimeOffset To)>();
        for (var number = 0; number < activities.Count; number++)
        {
            var activity = activities[number];
            var methods = activity.Items.Select(item => MethodExpression.TryParse(item.Methods)!).SelectMany(one => one.Alternatives).Aggregate((all, one) => all | one);
            if (methods.HasFlag(Methods.Cctv))
            {
                var camera = fixedCameras[activity.Present[0].Unit];
                Shoot(camera, ClipKind.Video, activity.From.AddSeconds(-random.Next(0, 60)), activity.To.AddSeconds(random.Next(0, 60)), activity.Place);
            }
            // Who films: mostly both, now and then one, always somebody who has a camera.
            var filming = cameras.Where(_ => random.NextDouble() < 0.78).ToList();
            if (filming.Count == 0 && cameras.Count > 0)
                filming = [cameras[random.Next(cameras.Count)]];
            foreach (var camera in filming)
            {
                if ((methods & (Methods.Video | Methods.Audio)) != Methods.None)
                    Film(camera, activity, number + 1 < activities.Count ? activities[number + 1] : null, rolling);
            }
            if (methods.HasFlag(Methods.Photo) && cameras.Count > 0)
            {
                var camera = cameras[random.Next(cameras.Count)];
                for (var photo = random.Next(1, 4); photo > 0; photo--)
                {
                    var at = activity.From + ((activity.To - activity.From) * random.NextDouble());
                    Shoot(camera, ClipKind.Photo, at, at, activity.Place);
                }
            }
        }
    }

    private void Film(MonthRecorder camera, MonthActivity activity, MonthActivity? next, Dictionary<RecorderId, (DateTimeOffset From, DateTimeOffset To)> rolling)
    {
        var from = activity.From.AddSeconds(random.Next(-120, 31));
        if (rolling.TryGetValue(camera.Id, out var before) && before.To >= from)
            from = before.To;
        var to = activity.To.AddSeconds(random.Next(-20, 181));
        if (next is not null && next.From - activity.To < TimeSpan.FromMinutes(8) && random.Next(2) == 0)
            to = next.From.AddSeconds(random.Next(20, 200));
        if (to - from < TimeSpan.FromSeconds(20))
            return;
        rolling[camera.Id] = (from, to);
        if (random.NextDouble() < 0.1 && to - from > TimeSpan.FromMinutes(6))
        {
            // Switched off for some minutes in between.
            var stopped = from + ((to - from) * (0.3 + (0.3 * random.NextDouble())));
            Shoot(camera, ClipKind.Video, from, stopped, activity.Place);
            from = stopped.AddMinutes(1 + (2 * random.NextDouble()));
        }
        if (to > from)
            Shoot(camera, ClipKind.Video, from, to, activity.Place);
    }

    /// <summary>What belongs to no case, up to the number of clips: tests, ways, breaks, and filmed by mistake.</summary>
    private void Fill(List<MonthRecorder> bodies, IReadOnlyList<MonthActivity> activities)
    {
        var busy = activities.SelectMany(activity => activity.Present.Select(officer => (officer.Id, activity))).ToLookup(one => one.Id, one => one.activity);
        var count = _shots.Values.Sum(shots => shots.Count);
        for (var tries = 0; count < plan.Clips && tries < plan.Clips * 20; tries++)
        {
            var day = work.Days[random.Next(work.Days.Count)];
            var camera = bodies[random.Next(bodies.Count)];
            var carrier = _carried.GetValueOrDefault(day)?.FirstOrDefault(one => one.Value.Id == camera.Id).Key;
            if (carrier is not { } officer || officer == default)
                continue;
            var from = MonthWork.At(day, 8.3 + (random.NextDouble() * 9.7));
            var to = from.AddSeconds(5 + Math.Exp(random.NextDouble() * 6));
            if (busy[officer].Any(activity => from < activity.To.AddMinutes(4) && to > activity.From.AddMinutes(-4))
                || Of(camera).Any(shot => from < shot.To.AddSeconds(5) && to > shot.From.AddSeconds(-5)))
                continue;
            var photo = random.NextDouble() < 0.2;
            Shoot(camera, photo ? ClipKind.Photo : ClipKind.Video, from, photo ? from : to, (25.2 + (random.NextDouble() * 0.6), 101.0 + (random.NextDouble() * 0.6)));
            count = _shots.Values.Sum(shots => shots.Count);
        }
    }

    private List<Shot> Of(MonthRecorder recorder) => _shots.TryGetValue(recorder.Id, out var shots) ? shots : _shots[recorder.Id] = [];

    /// <summary>Films, in files of at most the recorder's length.</summary>
    private void Shoot(MonthRecorder recorder, ClipKind kind, DateTimeOffset from, DateTimeOffset to, (double, double) place)
    {
        var first = new ClipId(random.NextGuid());
        var sound = random.NextDouble() < 0.96;
        for (var (part, id) = (from, first); part < to || kind == ClipKind.Photo; id = new ClipId(random.NextGuid()))
        {
            var end = kind == ClipKind.Photo ? part : part + recorder.Split < to ? part + recorder.Split : to;
            Of(recorder).Add(new Shot(id, first, kind, sound, part, end, place));
            if (kind == ClipKind.Photo)
                return;
            part = end;
        }
    }

    private (IReadOnlyList<MonthSession> Sessions, IReadOnlyList<MonthClip> Clips) Docked(IReadOnlyList<MonthRecorder> recorders, IReadOnlyList<MonthActivity> activities)
    {
        var sessions = new List<MonthSession>();
        var clips = new List<MonthClip>();
        var byDay = activities.ToLookup(activity => DateOnly.FromDateTime(activity.From.UtcDateTime));
        foreach (var recorder in recorders)
        {
            var shots = Of(recorder).OrderBy(shot => shot.From).ToList();
            var (next, number) = (0, random.Next(1, 5_000));
            for (var day = 0; day < work.Days.Count + 1 && next < shots.Count; day++)
            {
                var isLast = day >= work.Days.Count - 1;
                if (!isLast && random.NextDouble() < plan.Late)
                    continue;
                var at = MonthWork.At(day < work.Days.Count ? work.Days[day] : work.Days[^1].AddDays(1), 18.3 + random.NextDouble());
                var session = new MonthSession(new SessionId(random.NextGuid()), recorder, at);
                var brought = false;
                for (; next < shots.Count && shots[next].To < at; next++, number++)
                {
                    clips.Add(ClipOf(recorder, session, shots[next], number, byDay));
                    brought = true;
                }
                if (brought)
                    sessions.Add(session);
            }
        }
        return ([.. sessions.OrderBy(session => session.At)], clips);
    }

    private MonthClip ClipOf(MonthRecorder recorder, MonthSession session, Shot shot, int number, ILookup<DateOnly, MonthActivity> byDay)
    {
        var day = DateOnly.FromDateTime(shot.From.UtcDateTime);
        // Only what happens before the camera counts: same people (or room), same place, same time.
        var shown = byDay[day].Where(activity => activity.Place == shot.Place && Shows(shot, activity)).ToList();
        var clip = new MonthClip
        {
            Id = shot.Id,
            Recorder = recorder,
            Session = session,
            Kind = shot.Kind,
            Sound = shot.Sound,
            From = shot.From,
            To = shot.To,
            Device = DeviceTime(recorder, shot.From),
            Recording = shot.Recording,
            Sequence = recorder.Numbers ? number : null,
            Place = recorder.Placed && random.NextDouble() < 0.9 ? work.Near(shot.Place, 60) : null,
            Truth = new HashSet<(ActivityId, string)>(),
        };
        return clip with
        {
            Truth = shown.SelectMany(activity => activity.Items
                .Where(item => MethodExpression.TryParse(item.Methods)!.Alternatives.Any(alternative => (alternative & clip.Methods) != Methods.None))
                .Select(item => (activity.Id, item.Code!))).ToHashSet(),
        };
    }

    private static bool Shows(Shot shot, MonthActivity activity)
    {
        if (shot.Kind == ClipKind.Photo)
            return shot.From >= activity.From && shot.From <= activity.To;
        var overlap = (shot.To < activity.To ? shot.To : activity.To) - (shot.From > activity.From ? shot.From : activity.From);
        return overlap > TimeSpan.FromSeconds(20) || (overlap > TimeSpan.Zero && overlap > (shot.To - shot.From) * 0.3);
    }

    private DateTimeOffset DeviceTime(MonthRecorder recorder, DateTimeOffset at)
    {
        if (recorder.Epoch is { } epoch)
        {
            var today = work.Days.ToList().FindLastIndex(day => MonthWork.At(day, 0) <= at);
            if (today >= recorder.ResetDay && today < recorder.ResetDay + recorder.ResetDays)
                return Seconds(epoch + (at - MonthWork.At(work.Days[recorder.ResetDaily ? today : recorder.ResetDay], 8)));
        }
        return Seconds(at + recorder.Drift);
    }

    /// <summary>Names tell whole seconds.</summary>
    private static DateTimeOffset Seconds(DateTimeOffset at) => new(at.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private sealed record Shot(
        ClipId Id, ClipId Recording, ClipKind Kind, bool Sound, DateTimeOffset From, DateTimeOffset To, (double Latitude, double Longitude) Place);
}
