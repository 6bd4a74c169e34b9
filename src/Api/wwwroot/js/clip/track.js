// Scrub thumbnails: a WebVTT track whose cues name a piece of a sprite, 'sprite.jpg#xywh=160,0,160,90'.

const seconds = stamp => stamp.trim().split(':').reduce((sum, part) => sum * 60 + Number(part.replace(',', '.')), 0);

/** Cues in order; a line that isn't understood is left out. */
export const parseTrack = (text, base) => {
  const cues = [];
  for (const block of text.replace(/\r/g, '').split(/\n\n+/)) {
    const lines = block.split('\n').filter(Boolean);
    const at = lines.findIndex(line => line.includes('-->'));
    if (at < 0 || !lines[at + 1]) continue;
    const [from, to] = lines[at].split('-->').map(stamp => seconds(stamp.trim().split(/\s/)[0]));
    const address = new URL(lines[at + 1], base);
    const piece = /xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)/.exec(address.hash);
    if (!piece || !(to > from)) continue;
    const [x, y, width, height] = piece.slice(1).map(Number);
    address.hash = '';
    cues.push({ from, to, image: address, x, y, width, height });
  }
  return cues;
};

export const cueAt = (cues, time) => cues.find(cue => time < cue.to) ?? cues.at(-1);

/** Loads a track and its sprites. The viewing's token of the track's address also opens the sprites beside it. */
export const loadTrack = async address => {
  const base = new URL(address, location.href);
  const answer = await fetch(base);
  if (!answer.ok) return null;
  const cues = parseTrack(await answer.text(), base);
  if (!cues.length) return null;
  const images = new Map();
  for (const cue of cues) {
    cue.image.search = cue.image.search || base.search;
    if (!images.has(cue.image.href)) {
      const image = new Image();
      image.src = cue.image.href;
      images.set(cue.image.href, image);
    }
    cue.picture = images.get(cue.image.href);
  }
  await Promise.allSettled([...images.values()].map(image => image.decode()));
  return cues.filter(cue => cue.picture.naturalWidth > 0);
};
