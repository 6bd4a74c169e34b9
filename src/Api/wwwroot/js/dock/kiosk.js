// Badges and labels at the board. A scanner types a code and Enter, wherever the focus is; the panel then says whose it is and what may be done.
import { h, icon } from '../dom.js';
import { say } from '../say.js';
import { words } from '../words.js';
import { afterScan, panelView } from './kiosk-view.js';

const idleMs = 120_000;
const forgetMs = 5_000; // A code whose Enter never came isn't the beginning of the next one.

const nobody = { person: null, other: null, recorder: null };
const at = id => document.getElementById(id);

const ask = async (path, body) => {
  let answer;
  try {
    answer = await fetch(`/dock/kiosk/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', RequestVerificationToken: document.querySelector('#token input').value },
      body: JSON.stringify(body),
    });
  } catch {
    return { wrong: say(words, 'KioskAway') };
  }
  const told = await answer.json().catch(() => null);
  if (answer.ok && told) return { told };
  return { wrong: told?.errors?.[0]?.message ?? (answer.status >= 500 ? say(words, 'KioskAway') : told?.reason ?? say(words, 'KioskAway')) };
};

/** Calls onScan for each code that ends with Enter. Enter alone presses buttons as ever. */
const listen = onScan => {
  let typed = '';
  let last = 0;
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (performance.now() - last > forgetMs) typed = '';
    last = performance.now();
    if (event.key === 'Enter' && typed) {
      event.preventDefault();
      const code = typed;
      typed = '';
      onScan(code);
    } else if (event.key.length === 1 && (typed || event.key !== ' ')) {
      event.preventDefault();
      typed += event.key;
    }
  });
};

/**
 * Opens the kiosk where the page has one.
 * @param boardOf gives the last board, null while the station is silent: nothing is done then.
 * @param onLit is told when other slots are to light up.
 */
export const openKiosk = (boardOf, onLit) => {
  const panel = at('kiosk');
  if (!panel) return { draw: () => {}, lit: () => [] };
  let state = nobody;
  let codes = {};
  let said = '';
  let since = 0;
  let idle = 0;
  let drawn = '';
  let lit = [];
  let busy = false;

  const draw = () => {
    const view = panelView(state, boardOf()?.slots ?? [], words);
    lit = view.lit;
    const text = JSON.stringify([view, said, busy]);
    if (panel.hidden || text === drawn) return;
    drawn = text;
    at('kiosk-who').textContent = view.who;
    at('kiosk-said').textContent = said || view.hint;
    at('kiosk-list').replaceChildren(...view.items.map(itemNode));
  };

  const itemNode = one =>
    h('li', { class: `kp-item ${one.look}`, 'data-serial': one.serial },
      h('div', null,
        h('b', { class: 'mono' }, one.serial),
        h('span', null, [one.note, one.place].filter(Boolean).join(' · ')),
        one.word && h('span', { class: 'kp-word' }, one.word)),
      one.acts.map(({ act, label }) => {
        const button = h('button', { class: 'kbtn', type: 'button', 'data-act': act, disabled: busy }, label);
        button.addEventListener('click', () => perform(act, one.serial));
        return button;
      }),
      state.person && !state.other && one.session && h('a', { class: 'kbtn', href: `/dock/receipt/${one.session}` }, icon('file-text'), say(words, 'KioskReceipt')));

  const show = () => {
    panel.hidden = false;
    at('board').classList.add('with-kiosk');
    clearTimeout(idle);
    idle = setTimeout(end, idleMs);
    since = performance.now();
    draw();
    onLit();
  };

  const end = () => {
    clearTimeout(idle);
    state = nobody;
    codes = {};
    said = drawn = '';
    lit = [];
    panel.hidden = true;
    at('board').classList.remove('with-kiosk');
    onLit();
  };

  const scan = async code => {
    if (busy) return;
    if (!boardOf()) {
      end();
      return;
    }
    busy = true;
    const { told, wrong } = await ask('scan', { code });
    busy = false;
    said = wrong ?? '';
    if (told) {
      state = afterScan(state, told, performance.now() - since);
      if (told.kind === 'officer') codes = state.other === told ? { ...codes, to: code } : { badge: code };
    }
    show();
  };

  const perform = async (act, serial) => {
    if (busy) return;
    busy = true;
    draw();
    const { told, wrong } = await ask('do', { act, recorder: serial, badge: codes.badge, to: codes.to });
    // What the person has now is asked for, not guessed.
    const again = told ? await ask('scan', { code: codes.badge }) : {};
    busy = false;
    said = wrong ?? told.said;
    if (again.told) state = { person: again.told, other: null, recorder: null };
    show();
  };

  listen(scan);
  at('kiosk-end').addEventListener('click', end);
  for (const kind of ['pointerdown', 'keydown']) {
    panel.addEventListener(kind, () => {
      clearTimeout(idle);
      idle = setTimeout(end, idleMs);
    });
  }
  return { draw: () => (boardOf() ? draw() : panel.hidden || end()), lit: () => lit };
};
