// The film strip and the wave, drawn to the width they have; both on the same time axis as the playhead.
import { cueAt } from './track.js';

/** A canvas with as many dots as the screen has; null while it has no size. */
const sharp = canvas => {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return null;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  return { pen, width, height };
};

/** The piece of the sprite that a cue names, filling the target without distortion. */
export const drawCue = (pen, cue, x, y, width, height) => {
  const scale = Math.max(width / cue.width, height / cue.height);
  const [w, h] = [width / scale, height / scale];
  pen.drawImage(cue.picture, cue.x + (cue.width - w) / 2, cue.y + (cue.height - h) / 2, w, h, x, y, width, height);
};

export const drawFilm = (canvas, cues, length) => {
  const area = sharp(canvas);
  if (!area) return;
  const count = Math.max(1, Math.round(area.width / (area.height * 16 / 9)));
  const width = area.width / count;
  for (let at = 0; at < count; at++) drawCue(area.pen, cueAt(cues, ((at + 0.5) / count) * length), at * width, 0, width, area.height);
};

/** Loudest value of each bar from peaks between 0 and 1. */
export const barsOf = (peaks, count) =>
  Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar / count) * peaks.length);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / count) * peaks.length));
    let loudest = 0;
    for (let at = from; at < to && at < peaks.length; at++) loudest = Math.max(loudest, Math.abs(peaks[at]));
    return Math.min(1, loudest);
  });

export const drawWave = (canvas, peaks) => {
  const area = sharp(canvas);
  if (!area) return;
  area.pen.fillStyle = getComputedStyle(canvas).getPropertyValue('--run-s');
  const step = 4;
  barsOf(peaks, Math.floor(area.width / step)).forEach((loud, at) => {
    const height = Math.max(1.5, loud * (area.height - 6));
    area.pen.fillRect(at * step, (area.height - height) / 2, 2.4, height);
  });
};

/** Peaks between 0 and 1 of a waveform file, whose own go from 0 to 100. */
export const peaksOf = wave => (Array.isArray(wave.peaks) ? wave.peaks.map(peak => peak / 100) : []);
