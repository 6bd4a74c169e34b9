const heartbeatMs = 15_000;
const retryMs = 3_000;

/**
 * Listens to the station's boards and says when they stop coming.
 * A stream that ends, fails or falls silent is opened again; after 15 s without a board the page is told, whatever the connection claims.
 */
export const openFeed = (address, { onBoard, onSilent }) => {
  let source = null;
  let retry = 0;
  let last = performance.now();
  let silent = false;

  const open = () => {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(address);
    source.addEventListener('board', event => {
      const board = JSON.parse(event.data);
      last = performance.now();
      silent = false;
      onBoard(board);
    });
    source.onerror = () => {
      source.close();
      clearTimeout(retry);
      retry = setTimeout(open, retryMs);
    };
  };

  const check = () => {
    const seconds = Math.floor((performance.now() - last) / 1000);
    if (performance.now() - last < heartbeatMs) return;
    if (!silent) open();
    silent = true;
    onSilent(seconds);
  };

  open();
  setInterval(check, 1000);
  document.addEventListener('visibilitychange', check);
  return { reopen: open };
};
