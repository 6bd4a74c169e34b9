// The panel of facts: drawn anew by the server when the clip changes, with the drawer as it stood.
import { askPart, pageOf } from '../part.js';
import { say } from '../say.js';
import { words } from '../words.js';

const by = id => document.getElementById(id);
const askAgainMs = 1500;

export const openFacts = clip => {
  const panel = by('facts');
  const token = document.querySelector('#token input')?.value;
  let asking = 0;

  const tell = text => {
    if (by('said')) by('said').textContent = text;
  };

  const showState = () => {
    const badge = panel.querySelector('#original .hd .bdg');
    const osd = by('osd');
    if (!osd || !badge) return;
    osd.className = `osd state ${[...badge.classList].filter(name => name !== 'bdg').join(' ')}`;
    osd.replaceChildren(...[...badge.childNodes].map(node => node.cloneNode(true)));
  };

  const setDrawer = open => {
    by('custody').hidden = !open;
    by('custody-open').setAttribute('aria-expanded', String(open));
  };
  /** Asked for by a person, whose keyboard goes along. */
  const moveDrawer = open => {
    setDrawer(open);
    by(open ? 'custody-close' : 'custody-open').focus();
  };
  const toggleDrawer = () => moveDrawer(by('custody').hidden);

  /** Finds again, in the panel as it is after a refresh, what had the keyboard. */
  const focusOf = () => {
    const focused = document.activeElement;
    if (!panel.contains(focused)) return null;
    return focused.dataset.copy ? `[data-copy="${CSS.escape(focused.dataset.copy)}"]` : focused.id ? `#${CSS.escape(focused.id)}` : null;
  };
  const scrolls = () => [...panel.querySelectorAll('.scroll, .cu')];

  /** Reads the panel anew, and leaves a person where they were in it; true while a re-reading runs. */
  const refresh = async () => {
    const address = new URL(location.pathname, location.href);
    address.searchParams.set('handler', 'Facts');
    const answer = await askPart(address);
    if (answer.status === 404) location.reload();
    if (!answer.ok || answer.redirected) return false;
    const fresh = await pageOf(answer);
    const open = !by('custody').hidden;
    const focused = focusOf();
    const places = scrolls().map(part => part.scrollTop);
    panel.replaceChildren(...fresh.body.childNodes);
    setDrawer(open);
    scrolls().forEach((part, at) => { part.scrollTop = places[at] ?? 0; });
    if (focused) panel.querySelector(focused)?.focus({ preventScroll: true });
    showState();
    return Boolean(panel.querySelector('#last-read .t-run'));
  };

  /** Until the result stands there: the change is also told live, this only makes sure. */
  const watch = () => {
    clearTimeout(asking);
    asking = setTimeout(async () => {
      if (await refresh()) watch();
    }, askAgainMs);
  };

  const verify = async button => {
    button.disabled = true;
    const answer = await fetch(`/api/v1/clips/${clip}/verifications`, { method: 'POST', headers: { RequestVerificationToken: token, Accept: 'application/json' } });
    if (answer.ok) {
      tell(say(words, 'VerifyStarted'));
      if (await refresh()) watch();
      return;
    }
    button.disabled = false;
    const problem = await answer.json().catch(() => ({}));
    tell(say(words, 'VerifyRefused', problem.title ?? answer.status, problem.traceId ?? ''));
  };

  const copy = async button => {
    await copyText(button.dataset.copy);
    button.closest('.hash').classList.add('copied');
    setTimeout(() => button.closest('.hash')?.classList.remove('copied'), 1500);
    tell(say(words, 'DigestCopied', button.dataset.copy.length));
  };

  panel.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.id === 'verify') verify(button);
    else if (button.id === 'custody-open') moveDrawer(true);
    else if (button.id === 'custody-close') moveDrawer(false);
    else if (button.dataset.copy) copy(button);
  });
  showState();
  return { refresh, tell, toggleDrawer, closeDrawer: () => by('custody').hidden || moveDrawer(false) };
};

/** The clipboard is there on https and loopback only; elsewhere a selection is copied the old way. */
export const copyText = async text => {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return;
    } catch {
      // Refused by the browser's settings: the old way may still work.
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'vh';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
};
