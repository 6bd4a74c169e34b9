// Choosing cards, and what is done with all of them: the bar says how much that is before anything is done.
import { tinykeys } from '../../lib/tinykeys.js';
import { bytes } from '../format.js';
import { whenNotTyping } from '../keys.js';
import { askReason, askTarget, isAsking } from '../linking/dialogs.js';
import { openUndo } from '../linking/undo.js';
import { say } from '../say.js';
import { span } from '../span.js';
import { words } from '../words.js';

const by = id => document.getElementById(id);
const grid = by('grid');
const chosen = new Set(); // clips: a card that is drawn anew stays chosen
let last = null;

const cards = () => [...grid.querySelectorAll('.clip')].filter(card => card.querySelector('.pick'));
const picked = () => cards().filter(card => chosen.has(card.dataset.clip));
const sum = (all, of) => all.reduce((total, card) => total + Number(card.dataset[of]), 0);

const show = () => {
  const all = picked();
  for (const card of cards()) {
    const on = chosen.has(card.dataset.clip);
    card.toggleAttribute('data-chosen', on);
    card.querySelector('.pick').checked = on;
  }
  by('bulk').hidden = all.length === 0;
  by('bulk-count').textContent = say(words, 'BulkCount', all.length);
  by('bulk-amount').textContent = say(words, 'BulkAmount', span(sum(all, 'ms') / 1000), bytes(sum(all, 'bytes')));
};

const choose = (card, on, shift) => {
  const all = cards();
  const [from, to] = shift && last?.isConnected ? [all.indexOf(last), all.indexOf(card)].sort((one, other) => one - other) : [all.indexOf(card), all.indexOf(card)];
  for (const one of all.slice(from, to + 1)) {
    if (on) chosen.add(one.dataset.clip);
    else chosen.delete(one.dataset.clip);
  }
  last = card;
  show();
};

const clear = () => {
  chosen.clear();
  show();
};

const { act, undo } = openUndo();
const known = card => (card.dataset.filed === 'unlinked' || card.dataset.filed === 'suggested' ? 'unlinked' : undefined);

const link = async () => {
  const all = picked();
  if (!all.length) return;
  const target = await askTarget({ at: all[0].dataset.at, amount: `${say(words, 'BulkCount', all.length)} · ${by('bulk-amount').textContent}` });
  if (!target) return;
  clear();
  await act(
    all.map(card => ({ do: 'link', clip: card.dataset.clip, activity: target.activity, item: target.item, filed: known(card), wanted: say(words, 'Wanted_link', target.words) })),
    { running: say(words, 'Linking_running', all.length, target.words), done: say(words, 'Linking_done', all.length, target.words) },
  );
};

const irrelevant = async () => {
  const all = picked();
  if (!all.length) return;
  const answer = await askReason();
  if (!answer) return;
  const reason = say(words, `Reason_${answer.reason}`);
  clear();
  await act(
    all.map(card => ({ do: 'irrelevant', clip: card.dataset.clip, filed: known(card), ...answer, wanted: say(words, 'Wanted_irrelevant', reason) })),
    { running: say(words, 'Irrelevant_running', all.length, reason), done: say(words, 'Irrelevant_done', all.length, reason) },
  );
};

grid.addEventListener('click', event => {
  const card = event.target.closest('.clip');
  if (!card?.querySelector('.pick')) return;
  if (event.target.matches('.pick')) choose(card, event.target.checked, event.shiftKey);
  else if (event.shiftKey) {
    event.preventDefault();
    choose(card, true, true);
  }
});
by('bulk-all').addEventListener('click', () => {
  for (const card of cards()) chosen.add(card.dataset.clip);
  show();
});
by('bulk-clear').addEventListener('click', clear);
by('bulk-link').addEventListener('click', link);
by('bulk-irrelevant').addEventListener('click', irrelevant);
new MutationObserver(show).observe(grid, { childList: true });

const onKey = action => whenNotTyping(event => {
  if (isAsking()) return;
  action(event);
});
const chooseFocused = shift => {
  const card = document.activeElement?.closest('.clip');
  if (card?.querySelector('.pick')) choose(card, shift || !chosen.has(card.dataset.clip), shift);
};
tinykeys(window, {
  x: onKey(() => chooseFocused(false)),
  'Shift+X': onKey(() => chooseFocused(true)),
  l: onKey(event => {
    event.preventDefault();
    link();
  }),
  u: onKey(undo),
  Escape: onKey(clear),
});
