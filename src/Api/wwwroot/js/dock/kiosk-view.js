// What the kiosk's panel says, from what was scanned and the board alone: pure functions, so that a test can read them.
import { say } from '../say.js';
import { tileView } from './board-view.js';

const same = (one, other) => (one ?? '').toLowerCase() === (other ?? '').toLowerCase();

/** Slots that a recorder seems to be in. */
const slotsOf = (serial, slots) => slots.filter(slot => same(slot.recorder, serial));

/** Where a recorder is and whether it may be taken out: its tile's own words, never better ones. */
const placeOf = (serial, slots, words) => {
  const there = slotsOf(serial, slots);
  if (there.length === 0) return { slot: null, look: 'away', place: say(words, 'KioskNotHere'), word: null, session: null };
  if (there.length > 1) return { slot: there[0].slot, look: 'trouble', place: say(words, 'KioskTwice'), word: say(words, 'DoNotTake'), session: null };
  const view = tileView(there[0], words);
  return { slot: view.slot, look: view.look, place: say(words, 'KioskSlot', view.slot), word: view.pill ?? view.word, session: there[0].sessionId ?? null };
};

const item = (serial, slots, words, acts, note = null) => ({ serial, note, acts, ...placeOf(serial, slots, words) });

const nameOf = person => `${person.name} ${person.number}`;

const ofTwo = ({ person, other }, slots, words) => ({
  who: say(words, 'KioskBoth', nameOf(person), nameOf(other)),
  hint: say(words, person.held.length ? 'KioskConfirm' : 'KioskNothing'),
  items: person.held.map(({ serial }) => item(serial, slots, words, [{ act: 'hand-over', label: say(words, 'KioskGive', nameOf(other)) }])),
});

const ofOne = ({ person, recorder }, slots, words) => {
  const held = person.held.map(({ serial, pool }) =>
    item(serial, slots, words, pool && slotsOf(serial, slots).length === 1 ? [{ act: 'return', label: say(words, 'KioskReturn') }] : []));
  const offered = [...person.pool, ...(recorder?.free && !person.pool.some(serial => same(serial, recorder.number)) ? [recorder.number] : [])];
  // What a shared one brought is no receipt for who takes it next.
  const pool = offered.map(serial => ({ ...item(serial, slots, words, [{ act: 'check-out', label: say(words, 'KioskCheckOut') }], say(words, 'KioskPool')), session: null }));
  return {
    who: nameOf(person),
    hint: say(words, held.length ? 'KioskHint' : offered.length ? 'KioskHintPool' : 'KioskNothing'),
    items: [...held, ...pool],
  };
};

const ofRecorder = ({ recorder }, slots, words) => ({
  who: recorder.number,
  hint: say(words, 'KioskScanBadge'),
  items: [item(recorder.number, slots, words, [], recorder.holder ? say(words, 'KioskHeldBy', recorder.holder) : say(words, recorder.free ? 'KioskPoolFree' : 'KioskNobody'))],
});

/** The panel, and the slots that light up: those of what the person has, or of the recorder whose label was scanned. */
export const panelView = (state, slots, words) => {
  const view = state.person && state.other ? ofTwo(state, slots, words) : state.person ? ofOne(state, slots, words) : state.recorder ? ofRecorder(state, slots, words)
    : { who: '', hint: '', items: [] };
  const serials = state.person ? state.person.held.map(({ serial }) => serial) : [];
  if (state.recorder) serials.push(state.recorder.number);
  return { ...view, lit: [...new Set(serials.flatMap(serial => slotsOf(serial, slots).map(slot => slot.slot)))] };
};

/** Whoever comes this much later is somebody else, and no second party of a hand-over. */
export const togetherMs = 30_000;

/** What is known after another scan. */
export const afterScan = (state, scanned, sinceMs) => {
  const before = sinceMs > togetherMs ? { person: null, other: null, recorder: null } : state;
  if (scanned.kind === 'recorder') return { ...before, other: null, recorder: scanned };
  if (!before.person || same(before.person.number, scanned.number)) return { person: scanned, other: null, recorder: before.person ? null : before.recorder };
  return { ...state, other: scanned, recorder: null };
};
