// The point in time in the address: copying the address bar shares the moment, still subject to rights.

/** '391', '391.2', '6:31' or '1:06:31' as seconds; null for anything else. */
export const parseMoment = text => {
  if (!/^\d+(:\d{1,2}){0,2}([.,]\d+)?$/.test((text || '').trim())) return null;
  return text.trim().replace(',', '.').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
};

export const momentOf = address => parseMoment(new URL(address).searchParams.get('t'));

export const withMoment = (address, seconds) => {
  const url = new URL(address);
  url.searchParams.delete('play');
  const t = Math.round(seconds * 10) / 10;
  if (t > 0) url.searchParams.set('t', String(t));
  else url.searchParams.delete('t');
  return url.href;
};

const everyMs = 1000; // browsers refuse many address changes in a row

/** Keeps t= up to date, without an entry in the history for each second. */
export const keepMoment = () => {
  let last = 0;
  let timer = 0;
  const write = seconds => {
    last = performance.now();
    const href = withMoment(location.href, seconds);
    if (href !== location.href) history.replaceState(history.state, '', href);
  };
  return seconds => {
    clearTimeout(timer);
    const wait = everyMs - (performance.now() - last);
    if (wait <= 0) write(seconds);
    else timer = setTimeout(write, wait, seconds);
  };
};
