// What the kiosk's panel says and whom a scan is taken for, from what was scanned and the board alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterScan, panelView, togetherMs } from '../../src/Api/wwwroot/js/dock/kiosk-view.js';

const files = { listed: 1, copied: 1, stored: 1, known: 0, duplicate: 0, skipped: 0, failed: 0 };
const slot = (number, recorder, state) => ({
  slot: number, recorder, recorderBy: 'binding', state, phase: 'none', mayTake: state === 'ready', sessionId: `s${number}`, files,
  bytes: { listed: 1, copied: 1, stored: 1 }, skips: [],
});
const one = { kind: 'officer', number: '1', name: '王*', held: [{ serial: 'A', pool: false }, { serial: 'P', pool: true }], pool: [] };
const two = { kind: 'officer', number: '2', name: '李*', held: [], pool: ['Q'] };
const nobody = { person: null, other: null, recorder: null };

test('The words of a recorder are those of its tile, and its slot lights up', () => {
  const view = panelView({ ...nobody, person: one }, [slot(1, 'a', 'running'), slot(2, 'P', 'ready')], {});
  assert.deepEqual(view.lit, [1, 2]);
  assert.deepEqual(view.items.map(item => item.word), ['Running', 'Ready']);
  assert.deepEqual(view.items.map(item => item.acts.map(({ act }) => act)), [[], ['return']]);
});

test('A shared recorder is returned only into a slot', () => {
  const view = panelView({ ...nobody, person: one }, [], {});
  assert.deepEqual(view.items.map(item => item.acts.length), [0, 0]);
  assert.deepEqual(view.lit, []);
});

test('A serial in two slots may not be taken out of either', () => {
  const view = panelView({ ...nobody, person: one }, [slot(1, 'A', 'ready'), slot(2, 'A', 'ready')], {});
  assert.equal(view.items[0].look, 'trouble');
  assert.equal(view.items[0].word, 'DoNotTake');
});

test('Two badges one after the other are a hand-over', () => {
  const state = afterScan(afterScan(nobody, one, 0), two, 1000);
  assert.deepEqual(panelView(state, [], {}).items.map(item => item.acts[0].act), ['hand-over', 'hand-over']);
});

test('Whoever scans later is somebody else and gets nothing of the one before', () => {
  const state = afterScan(afterScan(nobody, one, 0), two, togetherMs + 1);
  assert.equal(state.person, two);
  assert.equal(state.other, null);
  assert.equal(afterScan(afterScan(nobody, one, 0), { kind: 'recorder', number: 'Q', free: true }, togetherMs + 1).person, null);
});

test('Receipts are of what one has', () => {
  const state = { ...nobody, person: { ...one, pool: ['Q'] } };
  assert.deepEqual(panelView(state, [slot(1, 'A', 'ready'), slot(2, 'Q', 'ready')], {}).items.map(item => item.session), ['s1', null, null]);
});

test('One badge twice is one person', () => assert.equal(afterScan(afterScan(nobody, one, 0), { ...one }, 10).other, null));
