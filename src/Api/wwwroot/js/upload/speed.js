const windowMs = 10_000;

/** Bytes a second over the last ten seconds, from what the station has on disk: a stall shows as 0, never as yesterday's speed. */
export const speedometer = () => {
  const samples = [];
  return (bytes, now) => {
    samples.push([now, bytes]);
    while (samples.length > 2 && now - samples[0][0] > windowMs) samples.shift();
    const [since, first] = samples[0];
    return now - since < 900 ? 0 : Math.max(0, ((bytes - first) * 1000) / (now - since));
  };
};
