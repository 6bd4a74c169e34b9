// Draws views into the page. A tile is touched only when what it says has changed, so that spinners don't jump.
import { h, icon, s } from '../dom.js';

const bar = (view, label) =>
  view.bar &&
  s('svg', { class: 'pg', role: 'img', 'aria-label': label },
    s('rect', { class: 'track', width: '100%', height: '100%' }),
    s('rect', { class: 'copied', width: `${view.bar.copied}%`, height: '100%' }),
    s('rect', { class: 'stored', width: `${view.bar.stored}%`, height: '100%' }));

const both = (long, short) => (short === undefined || short === null ? [h('span', null, long)] : [h('span', { class: 'long' }, long), h('span', { class: 'short' }, short)]);

/** A line breaks between its facts, never inside one. */
const facts = line => line.split(' · ').flatMap((fact, at) => [at > 0 && ' · ', h('span', { class: 'fact' }, fact)]);

const tileNode = view => {
  const lines = view.lines.filter(Boolean);
  return h('li', { class: `tile ${view.look}${view.lit ? ' lit' : ''}`, 'data-slot': view.slot, 'data-look': view.look },
    h('span', { class: 'no' }, view.slot),
    h('span', { class: 'ic' }, icon(view.icon)),
    view.who && h('div', { class: 'id' },
      h('div', { class: `who${view.who.length > 14 ? ' small' : ''}` }, view.who),
      view.device && h('div', { class: `dev el${view.deviceIsNumber ? ' mono' : ''}` }, view.device)),
    h('div', { class: 'st' },
      h('b', null, both(view.word, view.shortWord)),
      view.note && h('small', null, view.note),
      view.pill && h('small', { class: 'pill' }, both(view.pill, view.shortPill))),
    h('div', { class: 'ft' },
      bar(view, lines.join(', ')),
      lines.map(line => h('div', { class: view.shortLine === undefined ? 'ln' : 'ln long' }, facts(line))),
      view.shortLine && h('div', { class: 'ln short' }, view.shortLine)));
};

const drawn = new WeakMap();

/** Replaces a container's children where their view differs from the last one drawn. */
const draw = (container, views, node) => {
  const before = drawn.get(container) || [];
  const now = views.map(view => JSON.stringify(view));
  views.forEach((view, at) => {
    if (now[at] === before[at]) return;
    if (container.children[at]) container.children[at].replaceWith(node(view));
    else container.append(node(view));
  });
  while (container.children.length > views.length) container.lastElementChild.remove();
  drawn.set(container, now);
};

export const drawTiles = (list, views) => draw(list, views, tileNode);

export const drawCounts = (line, views) =>
  draw(line, views, view => h('span', { class: view.state }, icon(view.icon), view.word, ' ', h('b', null, view.count), ' ', view.unit));

export const drawLights = (line, views) => draw(line, views, view => h('span', { class: view.look }, icon(view.icon), view.word));

export const drawStrips = (area, views) =>
  draw(area, views, view => h('div', { class: 'strip' }, icon('urgent'), h('div', null, view.word, h('small', null, view.line))));
