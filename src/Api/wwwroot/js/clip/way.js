// The recorder's place on its track while the film plays: a dot on the line that the server drew.

/** Where it was so many ms after the start; null outside of the track. Moments are [ms, x, y] in order. */
export const placeAt = (moments, ms) => {
  if (!moments.length || ms < moments[0][0] || ms > moments.at(-1)[0]) return null;
  let [low, high] = [0, moments.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (moments[middle][0] <= ms) low = middle;
    else high = middle;
  }
  const [[from, x, y], [to, nextX, nextY]] = [moments[low], moments[high]];
  const share = to > from ? (ms - from) / (to - from) : 0;
  return [x + (nextX - x) * share, y + (nextY - y) * share];
};

const start = () => {
  const video = document.getElementById('video');
  const panel = document.getElementById('facts');
  if (!panel) return;
  let open = false;
  let read = { of: null, moments: [] };

  const show = () => {
    const way = panel.querySelector('#track .way');
    if (!way || !video) return;
    // The panel is drawn anew when the clip changes: another picture is read anew, once.
    if (read.of !== way) read = { of: way, moments: JSON.parse(way.dataset.moments || '[]') };
    const place = placeAt(read.moments, video.currentTime * 1000);
    const dot = way.querySelector('.now');
    dot.setAttribute('visibility', place ? 'visible' : 'hidden');
    if (!place) return;
    dot.setAttribute('cx', place[0].toFixed(1));
    dot.setAttribute('cy', place[1].toFixed(1));
  };

  for (const name of ['timeupdate', 'seeking', 'seeked', 'loadedmetadata']) video?.addEventListener(name, show);
  panel.addEventListener('toggle', event => {
    if (event.target.id === 'track-rows') open = event.target.open;
  }, true);
  new MutationObserver(() => {
    const rows = panel.querySelector('#track-rows');
    if (rows && open) rows.open = true;
    show();
  }).observe(panel, { childList: true });
  show();
};

if (typeof document !== 'undefined') start();
