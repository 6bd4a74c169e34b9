const firstRetryMs = 1000;
const longestRetryMs = 15_000;

/**
 * Listens to changes of clips. EventSource gives up for good after an error status, so this asks again by itself, more slowly each time.
 * onReread says that something may have been missed: after a connection was lost, or when the server says so.
 */
export const listen = ({ onClip, onReread }) => {
  let wait = firstRetryMs;
  let lost = false;
  const open = () => {
    const source = new EventSource('/clips/events');
    source.onopen = () => {
      wait = firstRetryMs;
      if (lost) onReread();
      lost = false;
    };
    source.addEventListener('clip', event => onClip(JSON.parse(event.data)));
    source.addEventListener('reread', () => onReread());
    source.onerror = () => {
      source.close();
      lost = true;
      setTimeout(open, wait);
      wait = Math.min(wait * 2, longestRetryMs);
    };
  };
  open();
};
