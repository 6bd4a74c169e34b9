// Sends one file over tus. What comes of it is read from the station; here only why nothing is being sent is of interest.
import { Upload } from '../../lib/tus.js';

const address = '/api/v1/uploads';
const longestPauseMs = 8000;
// A lost connection is tried again for as long as the page is open: the first times quickly, then every few seconds.
const pauses = [0, 500, 1000, 2000, 4000, ...Array(20_000).fill(longestPauseMs)];
const hopeless = status => status >= 400 && status < 500 && ![408, 409, 423, 429].includes(status);

/** Whether the browser can still read the file: it can't once it was changed, moved, or its card was pulled out. */
const isReadable = file => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

/**
 * @param file the File
 * @param path its name with folders, if it came with a folder
 * @param url the upload that it belongs to already, or null
 * @param passOf gives the pass of the moment
 * @param onUrl told the address of the upload
 * @param onPhase told 'Sending', 'Lost', 'Full', 'Stopped', 'Unreadable', or 'Refused' with a status
 * @param onSent all bytes are on the station
 */
export const sender = ({ file, path, url, batch, ticket, passOf, onUrl, onPhase, onSent }) => {
  let isStopped = false;
  const lost = status => {
    onPhase(status === 507 ? 'Full' : 'Lost', status);
    isReadable(file).then(isGood => {
      if (isGood || isStopped) return;
      isStopped = true;
      upload.abort();
      onPhase('Unreadable');
    });
  };
  const upload = new Upload(file, {
    endpoint: address,
    uploadUrl: url,
    retryDelays: pauses,
    // What is unfinished is remembered by the station, not by this browser: it may be a shared one.
    storeFingerprintForResuming: false,
    metadata: { filename: file.name, relativePath: path ?? '', modified: String(file.lastModified), batch, ticket },
    onBeforeRequest: request => request.setHeader('Upload-Pass', passOf()),
    onUploadUrlAvailable: () => {
      onUrl(upload.url);
      // From here on there is this upload and no other: a station that can't be asked is asked again, and nothing is begun anew.
      upload.options.endpoint = null;
    },
    onProgress: () => onPhase('Sending'),
    onShouldRetry: error => {
      const status = error.originalResponse?.getStatus() ?? 0;
      if (isStopped || hopeless(status)) return false;
      lost(status);
      return true;
    },
    onSuccess: onSent,
    onError: error => {
      if (isStopped) return;
      const status = error.originalResponse?.getStatus() ?? 0;
      if (status === 401) onPhase('Stopped');
      else if (!error.originalRequest) onPhase('Unreadable');
      else onPhase('Refused', status);
    },
  });
  return {
    start: () => upload.start(),
    /** Sends no more; what has come stays on the station. */
    stop: () => {
      isStopped = true;
      upload.abort();
    },
    /** Ends it on both sides; false where the station wouldn't. */
    giveUp: async () => {
      isStopped = true;
      try {
        await upload.abort(Boolean(upload.url));
        return true;
      } catch (error) {
        return error.originalResponse?.getStatus() === 404;
      }
    },
  };
};
