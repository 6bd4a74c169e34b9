const firstRetryMs = 1000;
const longestRetryMs = 15_000;
const tellMs = 10_000;

/**
 * Listens to changes of clips. EventSource gives up for good after an error status, so this asks again by itself, more slowly each time.
 * onReread says that something may have been missed: after a connection was lost, or when the server says so; with rereadFirst also with the first
 * connection, since what changed between the page's making and it was told to nobody. A page that nobody sees
 * holds no connection, as a browser has few of them for all its tabs; it catches up when it is seen again. After ten seconds without
 * a connection the page says that it may be behind.
 */
export const listen = ({ onClip, onReread, rereadFirst = false }) => {
  const note = document.getElementById('behind');
  let source = null;
  let wait = firstRetryMs;
  let missed = rereadFirst || document.hidden;
  let retrying = 0;
  let telling = 0;

  const tell = behind => {
    clearTimeout(telling);
    telling = 0;
    if (note) note.hidden = !behind;
  };

  const close = () => {
    clearTimeout(retrying);
    source?.close();
    source = null;
    missed = true;
  };

  const open = () => {
    const opened = new EventSource('/clips/events');
    source = opened;
    opened.onopen = () => {
      wait = firstRetryMs;
      tell(false);
      if (missed) onReread();
      missed = false;
    };
    opened.addEventListener('clip', event => onClip(JSON.parse(event.data)));
    opened.addEventListener('reread', () => onReread());
    opened.onerror = () => {
      close();
      telling ||= setTimeout(tell, tellMs, true);
      retrying = setTimeout(open, wait);
      wait = Math.min(wait * 2, longestRetryMs);
    };
  };

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      close();
      tell(false);
    } else if (!source) {
      open();
    }
  });
  if (!document.hidden) open();
};
