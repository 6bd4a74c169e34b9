// Markers on the time axis: set at the moment or on the part, jump, change, take off.
import { duration } from '../format.js';
import { say } from '../say.js';
import { words } from '../words.js';
import { placesOf } from './places.js';

const by = id => document.getElementById(id);

const headers = () => ({ 'Content-Type': 'application/json', Accept: 'application/json', RequestVerificationToken: document.querySelector('#token input')?.value ?? '' });

export const openMarkers = ({ clip, facts, now, seek, links }) => {
  const panel = by('facts');
  const time = ms => duration(ms / 1000);
  const all = () => JSON.parse(by('markers')?.dataset.markers ?? '[]');
  const find = button => all().find(({ id }) => id === button.closest('[data-marker]').dataset.marker);

  const draw = () => {
    const row = by('marks');
    if (!row) return;
    const length = Number(by('axis').dataset.length) || (by('video')?.duration || 0) * 1000;
    const markers = all();
    row.hidden = !markers.length || !length;
    row.replaceChildren(...(length ? placesOf(markers, length) : []).map(({ marker, left, width, named }) => {
      const mark = document.createElement('button');
      mark.type = 'button';
      mark.dataset.ms = marker.from;
      mark.style.left = `${left * 100}%`;
      mark.title = `${time(marker.from)} ${say(words, `Marker_${marker.kind}`)} ${marker.note ?? ''}`;
      mark.textContent = named ? say(words, `Marker_${marker.kind}`) : '';
      mark.setAttribute('aria-label', mark.title);
      if (width) mark.style.setProperty('--stretch', `${width * row.clientWidth}px`);
      return mark;
    }));
  };

  const send = async (address, method, body, version) => {
    const answer = await fetch(address, { method, headers: { ...headers(), ...(version ? { 'If-Match': `"${version}"` } : {}) }, body: body ? JSON.stringify(body) : undefined }).catch(() => null);
    if (answer?.ok) return true;
    const problem = await answer?.json().catch(() => null);
    facts.tell(problem?.title ? say(words, 'Failed', problem.errors?.[0]?.message ?? problem.title, '', problem.action, problem.traceId) : say(words, 'MarkerAway'));
    return false;
  };

  /** Asks for kind and note, then saves; a marker that is there already is changed. */
  const ask = (place, old) => {
    const [dialog, note, needs] = [by('marker-dialog'), by('marker-note'), by('marker-needs')];
    const done = new AbortController();
    note.value = old?.note ?? '';
    needs.hidden = true;
    by('marker-at').textContent = `${time(place.from)}${place.to === null ? '' : `–${time(place.to)}`}`;
    for (const kind of by('marker-kinds').querySelectorAll('button')) kind.classList.toggle('on', kind.dataset.kind === old?.kind);

    const pick = async kind => {
      if (kind === 'free' && !note.value.trim()) {
        needs.hidden = false;
        note.focus();
        return;
      }
      dialog.close();
      const body = { kind, fromMs: place.from, toMs: place.to, note: note.value.trim() || null };
      const saved = old ? await send(`/api/v1/markers/${old.id}`, 'PUT', body, old.version) : await send(`/api/v1/clips/${clip}/markers`, 'POST', body);
      if (!saved) return;
      links.clearPart();
      facts.tell(say(words, 'MarkerSaved', time(place.from), say(words, `Marker_${kind}`)));
      await facts.refresh();
    };

    dialog.addEventListener('close', () => done.abort(), { once: true });
    by('marker-kinds').addEventListener('click', event => {
      const button = event.target.closest('button');
      if (button) pick(button.dataset.kind);
    }, { signal: done.signal });
    dialog.addEventListener('keydown', event => {
      const typing = event.target === note;
      const kinds = by('marker-kinds').querySelectorAll('button');
      if (event.key === 'Enter' && typing) pick(old?.kind ?? 'free');
      else if (/^[1-5]$/.test(event.key) && !typing) pick(kinds[event.key - 1].dataset.kind);
      else return;
      event.preventDefault();
    }, { signal: done.signal });
    dialog.showModal();
  };

  const mark = () => {
    const { from, to } = links.part;
    const at = Math.round(now?.() ?? 0);
    ask(from !== null || to !== null ? { from: from ?? 0, to: to ?? Math.max(from, at) } : { from: at, to: null });
  };

  const remove = async marker => {
    if (!(await send(`/api/v1/markers/${marker.id}`, 'DELETE', null, marker.version))) return;
    facts.tell(say(words, 'MarkerRemoved', time(marker.from), say(words, `Marker_${marker.kind}`)));
    await facts.refresh();
  };

  panel.addEventListener('click', event => {
    const button = event.target.closest('[data-linking]');
    if (!button) return;
    const what = button.dataset.linking;
    if (what === 'mark') mark();
    else if (what === 'jump') seek?.(Number(button.dataset.ms) / 1000);
    else if (what === 'edit-marker') ask({ from: find(button).from, to: find(button).to }, find(button));
    else if (what === 'remove-marker') remove(find(button));
  });
  by('marks')?.addEventListener('click', event => {
    const at = event.target.closest('button')?.dataset.ms;
    if (at) seek?.(Number(at) / 1000);
  });
  new MutationObserver(draw).observe(panel, { childList: true });
  by('video')?.addEventListener('loadedmetadata', draw);
  addEventListener('resize', draw);
  draw();
  return { keys: { m: event => { event.preventDefault(); mark(); } } };
};
