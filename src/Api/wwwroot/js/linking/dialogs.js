// The three questions of linking: which case, why not, and what to do when somebody else was first. Each resolves to an answer, or to null.
import { minute } from '../format.js';
import { askPart, pageOf } from '../part.js';
import { say } from '../say.js';
import { words } from '../words.js';

const by = id => document.getElementById(id);
const searchWaitMs = 150;
const isTyping = event => event.target instanceof HTMLInputElement;

/** Opens a dialog; resolves to what it was closed with. */
const ask = (dialog, start) => new Promise(resolve => {
  const done = new AbortController();
  let answer = null;
  const close = value => {
    answer = value;
    dialog.close();
  };
  dialog.addEventListener('close', () => {
    done.abort();
    resolve(answer);
  }, { once: true });
  start(close, done.signal);
  dialog.showModal();
});

export const isAsking = () => Boolean(document.querySelector('dialog[open]'));

/** Which item of which case: { activity, item, words }. */
export const askTarget = ({ at, amount }) => ask(by('case-dialog'), (close, signal) => {
  const [text, found] = [by('case-text'), by('case-found')];
  let timer = 0;
  let asked = 0;
  let items = false; // the items of a case are listed: numbers choose, wherever the keyboard is
  let listed = null; // the text whose cases are listed
  const show = async address => {
    const mine = ++asked;
    const answer = await askPart(address);
    if (mine !== asked || answer.status !== 200) return false;
    found.replaceChildren(...(await pageOf(answer)).body.childNodes);
    return true;
  };
  const search = async () => {
    items = false;
    const wanted = text.value;
    if (await show(`/inbox?handler=Cases&q=${encodeURIComponent(wanted)}`)) listed = wanted;
  };
  const open = async id => {
    items = true;
    listed = null;
    clearTimeout(timer);
    await show(`/inbox?handler=Items&id=${encodeURIComponent(id)}&at=${encodeURIComponent(at)}`);
    found.querySelector('button')?.focus();
  };
  const pick = button => {
    if (button.dataset.pickCase) open(button.dataset.pickCase);
    else close({ activity: button.dataset.activity, item: button.dataset.item, words: button.dataset.words });
  };
  // Never a case of the list before: who types fast and presses Enter means what was typed.
  const pickTyped = async () => {
    clearTimeout(timer);
    if (!items && listed !== text.value) await search();
    const first = found.querySelector('button');
    if (first && (items || listed === text.value)) pick(first);
  };
  const move = by => {
    const all = [...found.querySelectorAll('button')];
    all[Math.min(Math.max(all.indexOf(document.activeElement) + by, 0), all.length - 1)]?.focus();
  };

  by('case-amount').textContent = amount ?? '';
  text.value = '';
  search();
  text.addEventListener('input', () => {
    clearTimeout(timer);
    items = false;
    timer = setTimeout(search, searchWaitMs);
  }, { signal });
  found.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (button) pick(button);
  }, { signal });
  by('case-dialog').addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter' && isTyping(event)) pickTyped();
    else if (event.key === 'Backspace' && !isTyping(event)) {
      text.focus();
      search();
    } else if (/^[1-9]$/.test(event.key) && (items || !isTyping(event))) {
      const numbered = found.querySelector(`[data-key="${event.key}"]`);
      if (numbered) pick(numbered);
    } else return;
    event.preventDefault();
  }, { signal });
});

/** Why it has nothing to do with enforcement: { reason, note }. */
export const askReason = () => ask(by('reason-dialog'), (close, signal) => {
  const [note, needs] = [by('reason-note'), by('reason-needs')];
  const pick = button => {
    if (button.dataset.reason === 'other' && note.value.trim().length < 2) {
      needs.hidden = false;
      note.focus();
      return;
    }
    close({ reason: button.dataset.reason, note: note.value.trim() || null });
  };
  note.value = '';
  needs.hidden = true;
  by('reasons').addEventListener('click', event => {
    const button = event.target.closest('button');
    if (button) pick(button);
  }, { signal });
  by('reason-dialog').addEventListener('keydown', event => {
    if (isTyping(event)) {
      if (event.key !== 'Enter') return;
      // A note that was typed is the reason by itself.
      pick(by('reasons').querySelector('[data-reason="other"]'));
    } else if (/^[1-6]$/.test(event.key)) pick(by('reasons').querySelectorAll('button')[event.key - 1]);
    else return;
    event.preventDefault();
  }, { signal });
});

const line = text => {
  const item = document.createElement('li');
  item.textContent = text;
  return item;
};

/** How something stands now, in words. */
const standing = ({ outcome, link, filing }) => {
  if (link) return say(words, `Now_${link.state}`, link.caseNumber, link.item, link.account ?? say(words, 'Policy'), link.decidedAt ? minute(link.decidedAt) : '');
  if (filing) return say(words, `NowFiled_${filing.state}`, filing.account ?? '', filing.at ? minute(filing.at) : '');
  return say(words, `Outcome_${outcome}`);
};

/** Both versions side by side; 'keep' or 'anyway'. Each conflict has what was wanted in words, and the result that came instead. */
export const askConflict = (conflicts, mayInsist) => ask(by('conflict-dialog'), (close, signal) => {
  by('conflict-wanted').replaceChildren(...conflicts.map(({ wanted }) => line(wanted)));
  by('conflict-now').replaceChildren(...conflicts.map(({ result }) => line(standing(result))));
  by('conflict-anyway').hidden = !mayInsist;
  by('conflict-dialog').addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) return;
    event.preventDefault();
    close(button.value);
  }, { signal });
});
