// A recording that no browser plays: its preview comes in segments, and what isn't there yet is made when it is asked for.
import Hls from '../../lib/hls.js';
import { momentOf } from './moment.js';

const video = document.getElementById('video');
const at = momentOf(location.href) ?? 0;
const madeWithinMs = 90_000;
const retries = { maxNumRetry: 6, retryDelayMs: 1000, maxRetryDelayMs: 8000 };
const patient = { default: { maxTimeToFirstByteMs: madeWithinMs, maxLoadTimeMs: madeWithinMs, timeoutRetry: retries, errorRetry: { ...retries, shouldRetry: (policy, count, isTimeout, answer, retry) => retry && answer?.code !== 422 } } };

const tell = why => video.dispatchEvent(new CustomEvent('previewend', { detail: why }));

const start = () => {
  if (!Hls.isSupported()) {
    tell('failed');
    return;
  }
  const hls = new Hls({
    enableWorker: false,
    startPosition: at,
    // Enough to ride over a slow encoder; more would only keep it busy for what nobody may watch.
    maxBufferLength: 16,
    maxMaxBufferLength: 24,
    backBufferLength: 60,
    fragLoadPolicy: patient,
    manifestLoadPolicy: patient,
    playlistLoadPolicy: patient,
  });
  let mended = false;
  hls.on(Hls.Events.ERROR, (_, error) => {
    const status = error.response?.code;
    // The list is made from what the container claims: past the real end there is nothing.
    if (status === 404 && error.frag) {
      hls.stopLoad();
      tell('ends');
      return;
    }
    if (!error.fatal) return;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
      return;
    }
    hls.stopLoad();
    tell(status === 422 ? 'undecodable' : 'failed');
  });
  // Whoever seeks past what was loaded waits for that place only, not for what was asked for before.
  hls.loadSource(`${video.dataset.preview}&at=${at}`);
  hls.attachMedia(video);
};

start();
