import { h, icon } from '../dom.js';
import { say } from '../say.js';

const make = (name, words, onGiveUp) => {
  const parts = {
    word: h('span', { class: 'bdg' }),
    line: h('span', { class: 'dim sm line' }),
    bar: h('progress', { 'aria-label': say(words, 'Progress', name), hidden: true }),
    digest: h('span', { class: 'mono sm dim digest', hidden: true }),
    link: h('a', { class: 'btn btn-sm', hidden: true }, icon('eye', 'i-14'), say(words, 'Open')),
    giveUp: h('button', { class: 'icb', type: 'button', title: say(words, 'GiveUp', name), 'aria-label': say(words, 'GiveUp', name) }, icon('x', 'i-18')),
  };
  parts.giveUp.addEventListener('click', onGiveUp);
  const element = h('li', {},
    h('div', { class: 'row' }, h('bdi', { class: 'b el name', title: name }, name), h('span', { class: 'sp' }), parts.link, parts.word, parts.giveUp),
    parts.bar,
    h('div', { class: 'row' }, parts.line, h('span', { class: 'sp' }), parts.digest));
  return { element, parts, drawn: '' };
};

/** Draws rows into a list, each from its view; only what changed is touched, so that focus and selection stay. */
export const rowList = (list, words, onGiveUp) => {
  const drawn = new Map();
  const draw = (row, view) => {
    if (!drawn.has(row)) {
      const made = make(row.name, words, () => onGiveUp(row));
      drawn.set(row, made);
      list.prepend(made.element);
    }
    const known = drawn.get(row);
    const text = JSON.stringify(view);
    if (known.drawn === text) return;
    known.drawn = text;
    const { parts, element } = known;
    element.dataset.state = view.state;
    parts.word.className = `bdg ${view.look}`;
    parts.word.replaceChildren(icon(view.icon), view.word);
    parts.line.textContent = view.line;
    parts.bar.hidden = !view.bar;
    if (view.bar) Object.assign(parts.bar, { max: view.bar.max, value: Math.min(view.bar.value, view.bar.max) });
    parts.digest.hidden = !view.digest;
    parts.digest.textContent = view.digest ? `SHA-256 ${view.digest}` : '';
    parts.link.hidden = !view.link;
    if (view.link) parts.link.href = view.link;
    parts.giveUp.hidden = !view.mayGiveUp;
  };
  const remove = row => {
    const { element } = drawn.get(row);
    const next = (element.nextElementSibling ?? element.previousElementSibling)?.querySelector('button:not([hidden]), a:not([hidden])');
    const isFocused = element.contains(document.activeElement);
    element.remove();
    drawn.delete(row);
    if (isFocused) (next ?? document.getElementById('files')).focus();
  };
  return { draw, remove };
};
