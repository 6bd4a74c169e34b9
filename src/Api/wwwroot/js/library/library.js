// The grid while it is open: cards of clips that change are drawn anew, new clips come in on top of the first page.
import { listen } from '../live.js';
import { say } from '../say.js';
import { words } from '../words.js';
import { moveWithArrows } from './arrows.js';

const grid = document.getElementById('grid');
const live = document.getElementById('live');
const first = grid.dataset.live === 'true';
const waiting = new Map(); // clip → timer
let fresh = 0;

const cardOf = clip => grid.querySelector(`[data-clip="${CSS.escape(clip)}"]`);

const fetchPage = async address => {
  const answer = await fetch(address);
  return answer.status === 200 && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
};

const fetchCard = async (clip, isFresh) => {
  const address = new URL(`/clips${grid.dataset.query}`, location.href);
  address.searchParams.set('handler', 'Card');
  address.searchParams.set('clip', clip);
  address.searchParams.set('fresh', isFresh);
  return (await fetchPage(address))?.querySelector('.clip');
};

const replace = (old, card) => {
  const focused = old.contains(document.activeElement);
  old.replaceWith(card);
  if (focused) card.querySelector('.when').focus();
};

let counting = 0;
const countSoon = () => {
  clearTimeout(counting);
  counting = setTimeout(async () => {
    const address = new URL(`/clips${grid.dataset.query}`, location.href);
    address.searchParams.set('handler', 'Totals');
    const answer = await fetch(address);
    if (answer.status === 200 && !answer.redirected) document.getElementById('totals').textContent = await answer.text();
  }, 1000);
};

const come = card => {
  document.getElementById('empty')?.remove();
  grid.hidden = false;
  grid.prepend(card);
  fresh++;
  live.textContent = say(words, 'NewClips', fresh);
  countSoon();
};

const show = async clip => {
  const old = cardOf(clip);
  if (!old && !first) return;
  const card = await fetchCard(clip, !old || old.classList.contains('fresh'));
  if (!card) return;
  const now = cardOf(clip);
  if (now) replace(now, card);
  else come(card);
};

/** A clip goes through several changes within moments: its card is fetched at once when it is new, and once more after they pause. */
const changed = ({ clipId }) => {
  if (waiting.has(clipId)) return;
  waiting.set(clipId, setTimeout(() => {
    waiting.delete(clipId);
    show(clipId);
  }, cardOf(clipId) ? 300 : 0));
};

/** Something may have been missed: the page is read anew, and only what differs is touched. */
const reread = async () => {
  const page = await fetchPage(location.href);
  for (const card of [...(page?.querySelectorAll('#grid > .clip') ?? [])].reverse()) {
    const old = cardOf(card.dataset.clip);
    if (old) replace(old, card);
    else if (first) come(card);
  }
};

let rereading = 0;
listen({
  onClip: changed,
  onReread: () => {
    clearTimeout(rereading);
    rereading = setTimeout(reread, 500);
  },
});
moveWithArrows(grid);
