// What was just done, said at once, and taken back by one key. For pages that keep their rows: the server's event draws them anew.
import { say } from '../say.js';
import { words } from '../words.js';
import { decide, opposites } from './decisions.js';
import { askConflict } from './dialogs.js';

const by = id => document.getElementById(id);

export const openUndo = ({ onSettled = () => {} } = {}) => {
  const undoes = [];

  const tell = (text, state) => {
    const bar = by('undo');
    bar.hidden = !text;
    bar.dataset.state = state;
    bar.querySelector('span').textContent = text;
    by('undo-do').hidden = state !== 'done' || undoes.length === 0;
  };

  const fail = failed => tell(failed.action ? say(words, 'Failed', failed.title, failed.effect, failed.action, failed.traceId) : say(words, 'FailedAway'), 'failed');

  /** Sends decisions; each has 'wanted', its words for a conflict. */
  const act = async (decisions, { running, done }) => {
    tell(running, 'running');
    const answer = await decide(decisions.map(({ wanted: _, ...decision }) => decision));
    if (answer.failed) {
      fail(answer.failed);
      return;
    }
    const { results } = answer;
    const opposite = opposites(decisions, results);
    if (opposite.length) undoes.push({ opposite, done });
    const refused = results.find(({ outcome }) => outcome === 'refused' || outcome === 'not-found');
    const good = results.some(({ outcome }) => outcome === 'done' || outcome === 'unchanged');
    if (refused) tell(`${good ? `${done} ` : ''}${refused.message ?? say(words, `Outcome_${refused.outcome}`)}`, good ? 'done' : 'failed');
    else tell(good ? done : '', 'done');
    const conflicts = results.map((result, at) => ({ result, decision: decisions[at], wanted: decisions[at].wanted })).filter(({ result }) => result.outcome === 'conflict');
    const insistent = conflicts.filter(({ decision }) => decision.do === 'link' || decision.do === 'irrelevant').map(({ decision }) => ({ ...decision, anyway: true }));
    const anyway = conflicts.length > 0 && await askConflict(conflicts, insistent.length > 0) === 'anyway';
    onSettled();
    if (anyway) await act(insistent, { running, done });
  };

  const undo = async () => {
    const last = undoes.pop();
    if (!last) return;
    tell(say(words, 'Undoing'), 'running');
    const answer = await decide(last.opposite);
    if (answer.failed) {
      undoes.push(last);
      fail(answer.failed);
      return;
    }
    const conflicts = answer.results.filter(({ outcome }) => outcome === 'conflict').map(result => ({ result, wanted: say(words, 'Wanted_undo', last.done) }));
    tell(conflicts.length ? '' : say(words, 'Undone', last.done), 'done');
    if (conflicts.length) await askConflict(conflicts, false);
    onSettled();
  };

  by('undo-do').addEventListener('click', undo);
  return { act, undo };
};
