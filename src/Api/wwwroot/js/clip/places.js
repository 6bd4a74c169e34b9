// Where marks stand on the time axis; without a page, so that it is tested by itself.
/** Where labels of markers stand on an axis, as shares of its length; those that would cover the one before stand without words. */
export const placesOf = (markers, lengthMs, roomFor = 0.08) => {
  let free = -Infinity;
  return markers.filter(({ from }) => from <= lengthMs).map(marker => {
    const left = marker.from / lengthMs;
    const named = left >= free;
    if (named) free = left + roomFor;
    return { marker, left, width: marker.to === null ? 0 : (Math.min(marker.to, lengthMs) - marker.from) / lengthMs, named };
  });
};
