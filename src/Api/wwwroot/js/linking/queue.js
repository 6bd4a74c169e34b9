// The queue of unlinked clips. A key shows its effect at once and is sent behind the person's back; what could not be done comes back, with the reason.
import { tinykeys } from '../../lib/tinykeys.js';
import { bytes } from '../format.js';
import { whenNotTyping } from '../keys.js';
import { listen } from '../live.js';
import { askPart, pageOf } from '../part.js';
import { say } from '../say.js';
import { span } from '../span.js';
import { words } from '../words.js';
import { decide, opposites } from './decisions.js';
import { askConflict, askReason, askTarget, isAsking } from './dialogs.js';

const by = id => document.getElementById(id);
const fewLeft = 8;
const refreshWaitMs = 300;

export const openQueue = () => {
  const [queue, list] = [by('queue'), by('groups')];
  const counts = { left: Number(queue.dataset.clips), today: Number(queue.dataset.today) };
  const undoes = []; // the last one last
  let loading = null;

  const groups = () => [...list.querySelectorAll('.lot')];
  const current = () => list.querySelector('.lot[aria-current]');
  const chosen = () => groups().filter(group => group.querySelector('.pick').checked);
  const clipsOf = group => group.dataset.clips.split(',');
  const groupOf = clip => groups().find(group => clipsOf(group).includes(clip));

  const showCounts = () => {
    const all = groups();
    const more = Boolean(list.querySelector('[data-next]'));
    by('queue-count').textContent = all.length ? say(words, more ? 'GroupsMore' : 'Groups', all.length, all.reduce((sum, group) => sum + clipsOf(group).length, 0)) : '';
    by('queue-empty').hidden = all.length > 0 || more;
    by('today').textContent = say(words, 'Today', counts.today);
    queue.dispatchEvent(new CustomEvent('count', { bubbles: true, detail: { groups: all.length, more, left: Math.max(0, counts.left), today: counts.today } }));
  };

  const showChosen = () => {
    const picked = chosen();
    for (const group of groups()) group.toggleAttribute('data-chosen', group.querySelector('.pick').checked);
    by('chosen').textContent = picked.length
      ? say(words, 'Chosen', picked.length, span(picked.reduce((sum, group) => sum + Number(group.dataset.ms), 0) / 1000), bytes(picked.reduce((sum, group) => sum + Number(group.dataset.bytes), 0)))
      : '';
  };

  const keepPlace = group => {
    const url = new URL(location.href);
    if (!group || group === groups()[0]) url.searchParams.delete('at');
    else url.searchParams.set('at', clipsOf(group)[0]);
    if (url.href !== location.href) history.replaceState(history.state, '', url);
  };

  const open = (group, { focus = true } = {}) => {
    for (const other of list.querySelectorAll('.lot[aria-current]')) if (other !== group) other.removeAttribute('aria-current');
    if (group) {
      group.setAttribute('aria-current', 'true');
      group.scrollIntoView({ block: 'nearest' });
      if (focus) group.focus({ preventScroll: true });
    }
    keepPlace(group);
  };

  const move = by => {
    const all = groups();
    const next = all[all.indexOf(current()) + by];
    if (next) open(next);
  };

  const loadMore = () => {
    const next = list.querySelector('[data-next]');
    if (!next || loading) return;
    loading = (async () => {
      const address = new URL(next.dataset.next, location.href);
      address.pathname = '/inbox';
      address.searchParams.set('handler', 'More');
      const answer = await askPart(address);
      if (answer.status !== 200) return;
      next.remove();
      for (const node of (await pageOf(answer)).body.children) if (!node.id || !by(node.id)) list.append(node);
      if (!current()) open(groups()[0], { focus: false });
      showCounts();
    })().finally(() => { loading = null; });
  };

  const after = () => {
    if (groups().length < fewLeft) loadMore();
    showChosen();
    showCounts();
  };

  /** Takes groups off the list; what comes next is open at once. */
  const take = taken => {
    const all = groups();
    const at = Math.max(0, all.indexOf(current()));
    const next = all.slice(at).find(group => !taken.includes(group)) ?? all.slice(0, at).findLast(group => !taken.includes(group));
    for (const group of taken) group.remove();
    if (!current()) open(next ?? null);
    after();
  };

  const put = group => {
    group.querySelector('.pick').checked = false;
    list.prepend(group);
  };

  /** Groups as they stand now take the place of what is known of these clips; those that wait no longer go. */
  const refresh = async (clips, { opens = false } = {}) => {
    const address = new URL('/inbox', location.href);
    address.searchParams.set('handler', 'Group');
    for (const clip of clips) address.searchParams.append('clip', clip);
    const answer = await askPart(address);
    if (answer.status !== 200 && answer.status !== 204) return;
    const fresh = answer.status === 200 ? [...(await pageOf(answer)).body.querySelectorAll('.lot')] : [];
    const old = [...new Set(clips.map(groupOf).filter(Boolean))];
    const wasOpen = old.some(group => group === current()) || opens;
    if (old.length) old[0].replaceWith(...fresh);
    else list.prepend(...fresh);
    for (const group of old.slice(1)) group.remove();
    if (wasOpen || !current()) open(fresh[0] ?? groups()[0] ?? null);
    after();
  };

  const tell = (text, state) => {
    const bar = by('undo');
    bar.hidden = !text;
    bar.dataset.state = state;
    bar.querySelector('span').textContent = text;
    by('undo-do').hidden = undoes.length === 0;
  };

  const fail = (failed, again) => {
    const bar = by('fail');
    bar.hidden = !failed;
    if (!failed) return;
    bar.querySelector('span').textContent = failed.action ? say(words, 'Failed', failed.title, failed.effect, failed.action, failed.traceId) : say(words, 'FailedAway');
    by('fail-again').hidden = !again;
    by('fail-again').onclick = () => {
      bar.hidden = true;
      again();
    };
  };

  const settle = async (work, answer) => {
    const { taken, decisions, done } = work;
    if (answer.failed) {
      undoes.splice(undoes.indexOf(work), 1);
      for (const group of taken) put(group);
      open(taken[0]);
      tell('', '');
      fail(answer.failed, () => run(work));
      after();
      return;
    }
    const { results } = answer;
    const good = results.filter(({ outcome }) => outcome === 'done' || outcome === 'unchanged').length;
    const filed = new Set(decisions.filter((_, at) => results[at].outcome === 'done').map(({ clip }) => clip));
    counts.today += decisions[0].do === 'irrelevant' ? 0 : filed.size;
    counts.left -= filed.size;
    work.opposite = opposites(decisions, results);
    if (!work.opposite.length) undoes.splice(undoes.indexOf(work), 1);
    if (undoes.at(-1) === work || !undoes.length) tell(good ? done : '', 'done');
    showCounts();
    const bad = results.map((result, at) => ({ result, decision: decisions[at], wanted: work.wanted(decisions[at]) })).filter(({ result }) => !['done', 'unchanged'].includes(result.outcome));
    const conflicts = bad.filter(({ result }) => result.outcome === 'conflict');
    const others = bad.filter(({ result }) => result.outcome !== 'conflict');
    if (others.length) fail({ title: others[0].result.message ?? say(words, `Outcome_${others[0].result.outcome}`), effect: say(words, 'NotLinked', others.length), action: say(words, 'Outcome_do'), traceId: '' }, null);
    if (conflicts.length) {
      const insistent = conflicts.filter(({ decision }) => decision.do === 'link' || decision.do === 'irrelevant');
      if (await askConflict(conflicts, insistent.length > 0) === 'anyway') {
        const wishes = insistent.map(({ decision }) => ({ ...decision, anyway: true }));
        run({ ...work, taken: [], decisions: wishes });
        return;
      }
    }
    if (bad.length) await refresh([...new Set(bad.map(({ decision }) => decision.clip))]);
  };

  /** Shows the effect, then sends. */
  const run = work => {
    fail(null);
    take(work.taken.filter(group => group.isConnected));
    undoes.push(work);
    tell(work.running, 'running');
    work.settled = decide(work.decisions).then(answer => settle(work, answer));
  };

  /** The chosen groups, else the open one. */
  const acting = () => {
    const picked = chosen();
    return picked.length ? picked : [current()].filter(Boolean);
  };

  const begin = (taken, decisionsOf, sentence, text) => {
    const decisions = taken.flatMap(decisionsOf);
    if (!decisions.length) return;
    const count = new Set(decisions.map(({ clip }) => clip)).size;
    run({
      taken,
      decisions,
      running: say(words, `${sentence}_running`, count, text),
      done: say(words, `${sentence}_done`, count, text),
      wanted: ({ do: what, words: own }) => (what === 'irrelevant' ? say(words, 'Wanted_irrelevant', text) : say(words, 'Wanted_link', own ?? text)),
    });
  };

  const confirm = () => {
    const taken = acting().filter(group => JSON.parse(group.dataset.confirm).length);
    const text = [...new Set(taken.map(group => group.dataset.words))];
    begin(taken, group => JSON.parse(group.dataset.confirm).map(link => ({ do: 'confirm', ...link, words: group.dataset.words })), 'Linking', text.length === 1 ? text[0] : say(words, 'EachItsOwn', text.length));
  };

  /** Where the item is suggested for a clip, that is confirmed; else a link is made, as long as nobody has filed the clip meanwhile. */
  const link = ({ activity, item, words: text }) => begin(
    acting(),
    group => clipsOf(group).map(clip => {
      const suggested = JSON.parse(group.dataset.suggested).find(one => one.clip === clip && one.activity === activity && one.item === item);
      return suggested
        ? { do: 'confirm', clip, link: suggested.link, version: suggested.version, words: text }
        : { do: 'link', clip, activity, item, filed: 'unlinked', words: text };
    }),
    'Linking',
    text,
  );

  const irrelevant = async () => {
    const taken = acting();
    if (!taken.length) return;
    const answer = await askReason();
    if (answer) begin(taken, group => clipsOf(group).map(clip => ({ do: 'irrelevant', clip, filed: 'unlinked', ...answer })), 'Irrelevant', say(words, `Reason_${answer.reason}`));
  };

  const otherCase = async () => {
    const taken = acting();
    if (!taken.length) return;
    const target = await askTarget({ at: taken[0].dataset.at, amount: say(words, 'Clips', taken.flatMap(clipsOf).length) });
    if (target) link(target);
  };

  const later = () => {
    const group = current();
    const next = group?.nextElementSibling?.matches('.lot') ? group.nextElementSibling : groups()[0];
    if (!group || next === group) return;
    list.append(group);
    group.removeAttribute('aria-current');
    open(next);
  };

  const undo = async () => {
    const work = undoes.pop();
    if (!work) return;
    for (const group of work.taken) put(group);
    open(work.taken[0] ?? current());
    tell(say(words, 'Undoing'), 'running');
    after();
    await work.settled;
    if (!work.opposite?.length) return;
    const answer = await decide(work.opposite);
    if (answer.failed) fail(answer.failed, null);
    const undone = new Set((answer.results ?? []).flatMap(({ outcome }, at) => (outcome === 'done' ? [work.opposite[at].clip ?? work.opposite[at].link] : [])));
    const conflicts = (answer.results ?? []).filter(({ outcome }) => outcome === 'conflict').map(result => ({ result, wanted: say(words, 'Wanted_undo', work.done) }));
    const clips = [...new Set(work.decisions.map(({ clip }) => clip))];
    if (undone.size) {
      counts.left += clips.length;
      counts.today -= work.decisions[0].do === 'irrelevant' ? 0 : clips.length;
    }
    tell(answer.failed || conflicts.length ? '' : say(words, 'Undone', work.done), 'done');
    await refresh(clips, { opens: true });
    if (conflicts.length) await askConflict(conflicts, false);
  };

  const extend = by => {
    const all = groups();
    const from = all.indexOf(current());
    const to = all[from + by];
    if (!to) return;
    const pick = to.querySelector('.pick');
    all[from].querySelector('.pick').checked = true;
    pick.checked = true;
    open(to);
    showChosen();
  };

  const clear = () => {
    for (const group of groups()) group.querySelector('.pick').checked = false;
    showChosen();
  };

  let lastPicked = null;
  const pickUpTo = (group, shift) => {
    const all = groups();
    const box = group.querySelector('.pick');
    if (shift && lastPicked?.isConnected) {
      const [from, to] = [all.indexOf(lastPicked), all.indexOf(group)].sort((one, other) => one - other);
      for (const between of all.slice(from, to + 1)) between.querySelector('.pick').checked = box.checked;
    }
    lastPicked = group;
    showChosen();
  };

  list.addEventListener('click', event => {
    const group = event.target.closest('.lot');
    if (!group) return;
    const [pick, target, does] = [event.target.closest('.pick'), event.target.closest('.tgt'), event.target.closest('[data-do]')];
    if (pick) pickUpTo(group, event.shiftKey);
    else if (target) link(target.dataset);
    else if (does) ({ confirm, case: otherCase, irrelevant, later })[does.dataset.do]();
    else if (event.target.closest('.sum')) {
      if (event.shiftKey) {
        group.querySelector('.pick').checked = true;
        pickUpTo(group, true);
      } else open(group);
    }
  });
  by('undo-do').addEventListener('click', undo);

  const onKey = action => whenNotTyping(event => {
    if (isAsking() || event.repeat) return;
    // On a button or a link these keys are its own.
    if ((event.key === 'Enter' || event.key === ' ') && event.target instanceof Element && event.target.closest('button, a, summary, input')) return;
    event.preventDefault();
    action(event);
  });
  const keys = {
    Enter: confirm,
    a: otherCase,
    x: irrelevant,
    s: later,
    u: undo,
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    ']': () => move(1),
    '[': () => move(-1),
    'Shift+ArrowDown': () => extend(1),
    'Shift+ArrowUp': () => extend(-1),
    Space: () => current()?.querySelector('[data-watch]')?.click(),
    Escape: clear,
  };
  for (let digit = 1; digit <= 9; digit++) {
    keys[digit] = () => {
      const target = current()?.querySelector(`.tgt[data-key="${digit}"]`);
      if (target) link(target.dataset);
    };
  }
  tinykeys(window, Object.fromEntries(Object.entries(keys).map(([key, action]) => [key, onKey(action)])));

  // What somebody is looking at isn't changed under the fingers: a decision about it then meets the newer version, and is asked about.
  const stale = new Set();
  let timer = 0;
  listen({
    onClip: ({ clipId }) => {
      const group = groupOf(clipId);
      if (!group || group === current()) return;
      stale.add(clipId);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const clips = [...stale].map(groupOf).filter(known => known && known !== current()).flatMap(clipsOf);
        stale.clear();
        if (clips.length) refresh([...new Set(clips)]);
      }, refreshWaitMs);
    },
    onReread: () => {},
  });

  open(by(`g-${queue.dataset.open}`) ?? groups()[0] ?? null, { focus: false });
  after();
};
