// The verification centre: 'v' goes to the box for one clip, and the list of readings follows while any of them changes.
import { tinykeys } from '../lib/tinykeys.js';
import { whenNotTyping } from './keys.js';
import { listen } from './live.js';
import { askPart, pageOf } from './part.js';

tinykeys(window, {
  v: whenNotTyping(event => {
    event.preventDefault();
    document.getElementById('clip').select();
  }),
});

document.getElementById('print').addEventListener('click', () => window.print());

const refresh = async () => {
  const runs = document.getElementById('runs');
  const address = new URL(runs.dataset.query, location.href);
  address.searchParams.set('handler', 'Runs');
  const answer = await askPart(address);
  if (answer.status !== 200) return;
  const drawn = (await pageOf(answer)).getElementById('runs');
  const top = runs.scrollTop;
  const focused = runs.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  runs.replaceWith(drawn);
  drawn.scrollTop = top;
  if (focused) drawn.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
};

let waiting = 0;
const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 300);
};
listen({ onClip: soon, onReread: soon, rereadFirst: true });
