// The grid while it is open: cards of clips that change are drawn anew, new clips come in on top of the first page.
import { listen } from '../live.js';
import { askPart, pageOf } from '../part.js';
import { say } from '../say.js';
import { words } from '../words.js';
import { moveWithArrows } from './arrows.js';

const grid = document.getElementById('grid');
const live = document.getElementById('live');
const here = document.getElementById('here');
const first = grid.dataset.live === 'true';
const waiting = new Map(); // clip → timer
let fresh = 0;

const cardOf = clip => grid.querySelector(`[data-clip="${CSS.escape(clip)}"]`);

const askCard = async (clip, isFresh) => {
  const address = new URL(`/clips${grid.dataset.query}`, location.href);
  address.searchParams.set('handler', 'Card');
  address.searchParams.set('clip', clip);
  address.searchParams.set('fresh', isFresh);
  return askPart(address);
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
    const answer = await askPart(address);
    if (answer.status === 200) document.getElementById('totals').textContent = await answer.text();
  }, 1000);
};

const countHere = () => {
  here.textContent = say(words, here.dataset.word, grid.children.length);
  countSoon();
};

const come = card => {
  document.getElementById('empty')?.remove();
  grid.hidden = false;
  grid.prepend(card);
  fresh++;
  live.textContent = say(words, 'NewClips', fresh);
  countHere();
};

/** The clip no longer fits the conditions of this list. The last one gone, the page says what an empty list means. */
const go = card => {
  const next = (card.nextElementSibling ?? card.previousElementSibling)?.querySelector('.when');
  if (card.contains(document.activeElement)) next?.focus();
  card.remove();
  countHere();
  if (!grid.children.length) location.reload();
};

const show = async clip => {
  const old = cardOf(clip);
  if (!old && !first) return;
  const answer = await askCard(clip, !old || old.classList.contains('fresh'));
  const now = cardOf(clip);
  if (answer.status === 204) {
    if (now) go(now);
    return;
  }
  if (answer.status !== 200) return;
  const card = (await pageOf(answer)).querySelector('.clip');
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
  const answer = await askPart(location.href);
  if (answer.status !== 200) return;
  const cards = [...(await pageOf(answer)).querySelectorAll('#grid > .clip')];
  for (const card of cards.toReversed()) {
    const old = cardOf(card.dataset.clip);
    if (old) replace(old, card);
    else if (first) come(card);
  }
  // What the first page no longer holds may have moved to an older page, or may not fit any more: each is asked for by itself.
  const still = new Set(cards.map(card => card.dataset.clip));
  for (const card of [...grid.children]) if (!still.has(card.dataset.clip)) changed({ clipId: card.dataset.clip });
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
