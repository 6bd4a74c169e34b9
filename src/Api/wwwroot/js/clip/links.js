// The panel of a clip's links: keys attach items, a part is set by in and out, what was done is taken back by one key.
import { duration } from '../format.js';
import { askReason, askTarget } from '../linking/dialogs.js';
import { openUndo } from '../linking/undo.js';
import { say } from '../say.js';
import { words } from '../words.js';

const by = id => document.getElementById(id);

/** now: the moment in ms that is shown, or null where there is none (a photo). */
export const openLinks = ({ clip, facts, now }) => {
  const panel = by('facts');
  const part = { from: null, to: null };
  let touched = false; // what happened here since isn't somebody else's doing
  const { act, undo } = openUndo({ onSettled: facts.refresh });
  const state = () => by('linking').dataset;
  const time = ms => duration(ms / 1000);

  const showPart = () => {
    const bar = by('part');
    if (!bar) return;
    const { from, to } = part;
    bar.hidden = from === null && to === null;
    bar.querySelector('span').textContent = from !== null && to !== null ? say(words, 'PartIs', time(from), time(to)) : from !== null ? say(words, 'PartFrom', time(from)) : to !== null ? say(words, 'PartTo', time(to)) : '';
    const length = Number(by('axis')?.dataset.length) || (by('video')?.duration ?? 0) * 1000;
    const band = by('band');
    band.hidden = bar.hidden || !length;
    if (band.hidden) return;
    band.style.left = `${((from ?? 0) / length) * 100}%`;
    band.style.width = `${(((to ?? length) - (from ?? 0)) / length) * 100}%`;
  };

  const setPart = (side, ms) => {
    part[side] = ms === null ? null : Math.round(ms);
    if (part.from !== null && part.to !== null && part.to <= part.from) {
      part[side === 'from' ? 'to' : 'from'] = null;
      facts.tell(say(words, 'PartWrong'));
    }
    showPart();
  };

  const clearPart = () => {
    part.from = part.to = null;
    showPart();
  };

  const isPart = () => part.from !== null || part.to !== null;
  const inWords = text => (isPart() ? `${text} ${time(part.from ?? 0)}–${part.to === null ? '' : time(part.to)}` : text);

  const run = (decision, sentence, text, wanted) => {
    touched = true;
    return act([{ clip, ...decision, wanted: say(words, wanted, text) }], { running: say(words, `${sentence}_running`, ...text), done: say(words, `${sentence}_done`, ...text) });
  };

  const attach = ({ activity, item, words: text, link, version }) => {
    const known = touched || state().filed !== 'unlinked' ? undefined : 'unlinked';
    const said = inWords(text);
    // A suggestion is of the whole clip: a part of it is a link of its own.
    const decision = link && !isPart()
      ? { do: 'confirm', link, version: Number(version) }
      : { do: 'link', activity, item, fromMs: part.from ?? undefined, toMs: part.to ?? undefined, filed: known };
    clearPart();
    touched = true;
    return act([{ clip, ...decision, wanted: say(words, 'Wanted_link', said) }], { running: say(words, 'Linking_running', 1, said), done: say(words, 'Linking_done', 1, said) });
  };

  const attachBy = button => {
    const own = button.closest('[data-link]')?.dataset ?? {};
    return attach({ ...button.dataset, link: own.link, version: own.version });
  };

  const irrelevant = async () => {
    if (state().filed === 'not-enforcement') {
      await run({ do: 'relevant', version: Number(state().mark) }, 'Relevant', [], 'Wanted_relevant');
      return;
    }
    if (state().filed === 'linked') {
      facts.tell(say(words, 'IrrelevantLinked'));
      return;
    }
    const answer = await askReason();
    if (!answer) return;
    const reason = say(words, `Reason_${answer.reason}`);
    await run({ do: 'irrelevant', filed: touched ? undefined : 'unlinked', ...answer }, 'Irrelevant', [1, reason], 'Wanted_irrelevant');
  };

  const otherCase = async () => {
    const target = await askTarget({ at: state().at, amount: isPart() ? inWords('').trim() : '' });
    if (target) await attach(target);
  };

  const decideOn = button => {
    const { link, version } = button.closest('[data-link]').dataset;
    const what = button.dataset.linking;
    const text = button.dataset.words ?? button.parentElement.querySelector('.tgt').dataset.words;
    return run({ do: what, link, version: Number(version) }, what === 'reject' ? 'Rejecting' : 'Unlinking', [text], what === 'reject' ? 'Wanted_reject' : 'Wanted_unlink');
  };

  const does = { case: otherCase, irrelevant, relevant: irrelevant, undo: decideOn, reject: decideOn };
  panel.addEventListener('click', event => {
    const target = event.target.closest('#linking .tgt');
    const button = event.target.closest('[data-linking]');
    if (target) attachBy(target);
    else if (button) does[button.dataset.linking]?.(button);
  });
  by('part-clear')?.addEventListener('click', clearPart);

  const keys = { a: event => { event.preventDefault(); otherCase(); }, x: irrelevant, u: undo };
  for (let digit = 1; digit <= 9; digit++) {
    keys[digit] = () => {
      const target = by('linking').querySelector(`.tgt[data-key="${digit}"]`);
      if (target) attachBy(target);
    };
  }
  if (now) Object.assign(keys, { i: () => setPart('from', now()), o: () => setPart('to', now()) });
  return { keys, part, clearPart, showPart };
};
