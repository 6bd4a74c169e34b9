// The video with its own small control bar. media-chrome isn't used: it writes <style> text and style attributes into shadow roots,
// which our policy (no 'unsafe-inline') blocks (muxinc/media-chrome#898, open).
import { duration } from '../format.js';

const rates = [1, 1.5, 2, 4, 8];
const defaultFps = 25;
const tellWaitMs = 350;

const by = id => document.getElementById(id);

export const openPlayer = ({ onTime, onFailed }) => {
  const video = by('video');
  const box = by('player');
  const controls = by('controls');
  const frame = 1 / (Number(video.dataset.fps) || defaultFps);
  let wanted = null; // where to go once the length is known

  const seek = seconds => {
    const end = Number.isFinite(video.duration) ? video.duration : null;
    if (end === null) {
      wanted = Math.max(0, seconds);
      return;
    }
    video.currentTime = Math.min(Math.max(0, seconds), Math.max(0, end - 0.01));
  };

  const setRate = rate => {
    video.playbackRate = rate;
    by('rate').textContent = `${rate}×`;
  };

  /** Browsers refuse sound before a person has acted on the page: then it plays muted rather than not at all. */
  const play = async () => {
    try {
      await video.play();
    } catch (refused) {
      if (refused.name !== 'NotAllowedError') return;
      video.muted = true;
      await video.play().catch(() => {});
    }
  };

  const does = {
    play,
    pause: () => {
      video.pause();
      setRate(1);
    },
    toggle: () => (video.paused ? play() : video.pause()),
    faster: () => {
      if (video.paused) play();
      else setRate(rates[Math.min(rates.indexOf(video.playbackRate) + 1, rates.length - 1)]);
    },
    back: () => seek(video.currentTime - 5),
    rate: () => setRate(rates[(rates.indexOf(video.playbackRate) + 1) % rates.length]),
    frameBack: () => {
      video.pause();
      seek(video.currentTime - frame);
    },
    frameOn: () => {
      video.pause();
      seek(video.currentTime + frame);
    },
    mute: () => {
      video.muted = !video.muted;
    },
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen()),
  };

  controls.addEventListener('click', event => {
    const button = event.target.closest('[data-do]');
    if (button) does[button.dataset.do]();
  });
  video.addEventListener('click', does.toggle);
  video.addEventListener('dblclick', does.fullscreen);
  by('volume').addEventListener('input', event => {
    video.volume = Number(event.target.value);
    video.muted = video.volume === 0;
  });

  const showState = () => {
    box.dataset.playing = String(!video.paused);
    box.dataset.muted = String(video.muted);
    if (!video.muted) by('volume').value = String(video.volume);
  };
  const showTime = () => {
    by('now').textContent = duration(video.currentTime);
    onTime(video.currentTime, video.duration);
  };
  for (const name of ['play', 'pause', 'ended', 'volumechange']) video.addEventListener(name, showState);
  for (const name of ['timeupdate', 'seeking', 'seeked', 'pause']) video.addEventListener(name, showTime);
  video.addEventListener('loadedmetadata', () => {
    by('length').textContent = duration(video.duration);
    if (wanted !== null) seek(wanted);
    wanted = null;
    showTime();
  });
  video.addEventListener('error', () => onFailed(video.error));
  // A place of a preview that nobody has seen yet takes a second or two to be made: said, not left to be guessed.
  const making = by('making');
  let telling = 0;
  const waits = () => {
    clearTimeout(telling);
    telling = setTimeout(() => { making.hidden = false; }, tellWaitMs);
  };
  const goesOn = () => {
    clearTimeout(telling);
    making.hidden = true;
  };
  if (video.dataset.preview) {
    for (const name of ['waiting', 'seeking']) video.addEventListener(name, waits);
    for (const name of ['playing', 'seeked', 'canplay', 'previewend']) video.addEventListener(name, goesOn);
    waits();
  }
  video.addEventListener('playing', () => {
    by('failed').hidden = true;
  });
  // With each picture that is shown, and not more often: the time moves as smoothly as the film.
  const smooth = () => {
    showTime();
    video.requestVideoFrameCallback(smooth);
  };
  video.requestVideoFrameCallback(smooth);
  showState();
  return { video, seek, ...does };
};
