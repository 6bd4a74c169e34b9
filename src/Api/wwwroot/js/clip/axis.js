// The shared time axis: a click, a drag or an arrow key anywhere on it is a point in time.
import { clockSecond, duration } from '../format.js';
import { drawCue, drawFilm, drawWave, peaksOf } from './drawings.js';
import { cueAt, loadTrack } from './track.js';

const by = id => document.getElementById(id);
const tickCount = 5;

export const openAxis = ({ onSeek }) => {
  const axis = by('axis');
  const start = Number(axis.dataset.start) || null;
  let length = 0;
  let cues = null;
  let peaks = null;
  let dragging = false;

  const timeAt = event => {
    const area = axis.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - area.left) / area.width)) * length;
  };

  /** Clock time of the recording where it is known, else the time in the clip. */
  const label = time => (start === null ? duration(time) : clockSecond(start + time * 1000));

  const redraw = () => {
    if (!length) return;
    if (cues) drawFilm(by('film'), cues, length);
    if (peaks) drawWave(by('wave'), peaks);
    by('ticks').replaceChildren(...Array.from({ length: tickCount }, (_, at) => {
      const tick = document.createElement('span');
      tick.textContent = label((at / (tickCount - 1)) * length);
      return tick;
    }));
  };

  const hover = event => {
    const box = by('hover');
    if (!length) return;
    const time = timeAt(event);
    const canvas = box.querySelector('canvas');
    canvas.hidden = !cues;
    if (cues) {
      const cue = cueAt(cues, time);
      canvas.height = Math.round((canvas.width * cue.height) / cue.width);
      drawCue(canvas.getContext('2d'), cue, 0, 0, canvas.width, canvas.height);
    }
    box.querySelector('b').textContent = start === null ? duration(time) : `${duration(time)} · ${label(time)}`;
    box.hidden = false;
    const half = box.offsetWidth / 2;
    box.style.left = `${Math.min(Math.max(half, (time / length) * axis.clientWidth), axis.clientWidth - half)}px`;
  };

  axis.addEventListener('pointerdown', event => {
    if (!length) return;
    dragging = true;
    axis.setPointerCapture(event.pointerId);
    onSeek(timeAt(event));
  });
  axis.addEventListener('pointermove', event => {
    hover(event);
    if (dragging) onSeek(timeAt(event));
  });
  for (const name of ['pointerup', 'pointercancel']) axis.addEventListener(name, () => { dragging = false; });
  axis.addEventListener('pointerleave', () => { by('hover').hidden = true; });
  const steps = { ArrowLeft: -5, ArrowRight: 5, PageDown: -60, PageUp: 60 };
  axis.addEventListener('keydown', event => {
    const now = Number(axis.getAttribute('aria-valuenow'));
    const target = event.key === 'Home' ? 0 : event.key === 'End' ? length : event.key in steps ? now + steps[event.key] : null;
    if (target === null) return;
    event.preventDefault();
    onSeek(target);
  });
  new ResizeObserver(redraw).observe(axis);

  const setTime = (time, whole) => {
    if (Number.isFinite(whole) && whole > 0 && whole !== length) {
      length = whole;
      axis.setAttribute('aria-valuemax', Math.floor(length));
      redraw();
    }
    if (!length) return;
    by('head').style.left = `${Math.min(100, (time / length) * 100)}%`;
    axis.setAttribute('aria-valuenow', Math.floor(time));
    axis.setAttribute('aria-valuetext', label(time));
    by('clock').textContent = start === null ? '' : label(time);
  };

  const setBuffered = ranges => {
    const bars = [];
    for (let at = 0; length && at < ranges.length; at++) {
      const bar = document.createElement('i');
      bar.style.left = `${(ranges.start(at) / length) * 100}%`;
      bar.style.width = `${((ranges.end(at) - ranges.start(at)) / length) * 100}%`;
      bars.push(bar);
    }
    by('buffered').replaceChildren(...bars);
  };

  const derived = name => axis.dataset.derived.replace('NAME', encodeURIComponent(name));

  const loadFilm = async name => {
    const loaded = await loadTrack(derived(name)).catch(() => null);
    if (!loaded?.length) return;
    cues = loaded;
    by('film').hidden = false;
    by('film-waits').hidden = true;
    redraw();
  };

  const loadWave = async name => {
    const answer = await fetch(derived(name));
    if (!answer.ok) return;
    const loaded = peaksOf(await answer.json());
    if (!loaded.length) return;
    peaks = loaded;
    by('wave').hidden = false;
    by('wave-waits').hidden = true;
    redraw();
  };

  // What the probe found, until the browser knows for itself.
  setTime(0, Number(axis.dataset.length) / 1000);

  /** Pictures and wave, as soon as they are made: at once, or while the page is open. */
  const offer = ({ track, wave }) => {
    if (track && !cues) loadFilm(track);
    if (wave && !peaks) loadWave(wave);
  };
  return { setTime, setBuffered, offer };
};
