// Runs with `node --test tests/Api.Scripts`: what a tile says, read from the station's JSON alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lightsView, tileView } from '../../src/Api/wwwroot/js/dock/board-view.js';

const none = { listed: 0, copied: 0, stored: 0, known: 0, duplicate: 0, skipped: 0, failed: 0 };
const slot = facts => ({
  slot: 3, state: 'empty', phase: 'none', mayTake: false, recorder: 'DSJ-1234567', recorderBy: 'binding', officer: null, files: none,
  bytes: { listed: 0, copied: 0, stored: 0 }, rateBytesPerSecond: 0, doneAt: null, verifiedAt: null, skips: [], cause: null, summary: null, ...facts,
});
// Without words a sentence is its key: the tests read which sentence was chosen, not how it is worded.
const say = (facts, options) => tileView(slot(facts), {}, options);

test('A slot whose files are read back is green', () => {
  const view = say({ state: 'ready', mayTake: true, files: { ...none, listed: 12, copied: 12, stored: 12 } });
  assert.equal(view.look, 'ready');
  assert.equal(view.word, 'Ready');
});

test('A green tile says what was deleted on the recorder, and what is still to go', () => {
  const files = { ...none, listed: 3, copied: 3, stored: 3 };
  const released = { gone: 2, open: 1, lastAt: '2026-11-24T02:03:04Z' };
  assert.match(say({ state: 'ready', files, released }).lines[1], /Released.*ReleaseOpen/);
  assert.doesNotMatch(say({ state: 'ready', files, released: { ...released, gone: 0 } }).lines[1], /Released/);
  assert.doesNotMatch(say({ state: 'ready', files }).lines[1] ?? '', /Release/);
});

test('A slot that copied all but has not read all back is still blue', () => {
  const view = say({ state: 'running', phase: 'storing', files: { ...none, listed: 15, copied: 15, stored: 12 }, bytes: { listed: 100, copied: 100, stored: 80 } });
  assert.equal(view.look, 'running');
  assert.deepEqual(view.bar, { copied: 100, stored: 80 });
  assert.equal(view.lines[0], 'Storing');
});

test('Amber says in words whether the device may go', () => {
  assert.equal(say({ state: 'staged', mayTake: true }).pill, 'MayTake');
  assert.equal(say({ state: 'staged', mayTake: false }).pill, 'MustStay');
});

test('A stale board remembers no colour', () => {
  for (const state of ['ready', 'running', 'staged', 'trouble', 'empty']) assert.equal(say({ state }, { stale: true }).look, 'unknown');
});

test('A state this page does not know is unknown', () => {
  assert.equal(say({ state: 'dancing' }).look, 'unknown');
  assert.equal(say({ state: 'constructor' }).look, 'unknown');
});

test('A device taken too early asks to be put back', () => {
  const summary = { stored: 7, known: 0, duplicate: 0, skipped: 0, failed: 0, early: true, missing: 8, detachedAt: '2026-11-24T07:04:00Z' };
  const view = say({ summary });
  assert.equal(view.look, 'early');
  assert.equal(view.word, 'PutBack');
});

test('A bar never shows more than there is', () => {
  const view = say({ state: 'running', phase: 'copying', files: { ...none, listed: 2, copied: 2 }, bytes: { listed: 10, copied: 30, stored: 0 } });
  assert.equal(view.bar.copied, 100);
});

test('A store whose lock is only advisory is not called down', () => {
  const [, store] = lightsView({ database: 'ok', store: 'advisory', clock: 'ok', spoolFreeBytes: 1, spoolLow: false }, {});
  assert.equal(store.look, 'good');
});
