// Runs with `node --test tests/Api.Scripts`: what a row of the upload page says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { speedometer } from '../../src/Api/wwwroot/js/upload/speed.js';
import { isOnTheWay, rowView, summary } from '../../src/Api/wwwroot/js/upload/upload-view.js';

const server = facts => ({ state: 'uploading', offsetBytes: 40, checkedBytes: 0, isActive: false, isDuplicate: false, expiresAt: '2026-11-25T07:00:00Z', ...facts });
const row = facts => ({ name: 'clip.mp4', size: 100, server: null, file: {}, ...facts });
// Without words a sentence is its key: the tests read which sentence was chosen, not how it is worded.
const say = facts => rowView(row(facts), {}, { maxBytes: 1000 });

test('Green is said of what is stored and read back alone', () => {
  for (const state of ['uploading', 'received', 'kept', 'damaged']) assert.notEqual(say({ server: server({ state }) }).look, 'ok');
  assert.equal(say({ server: server({ state: 'stored' }) }).look, 'ok');
  assert.notEqual(say({ server: server({ state: 'kept', isDuplicate: true }) }).look, 'ok');
  assert.equal(say({ server: server({ state: 'stored', isDuplicate: true }) }).word, 'Duplicate');
});

test('What the station says counts more than what this page last did', () => {
  assert.equal(say({ phase: 'Sending', server: server({ state: 'received' }) }).word, 'Received');
  assert.equal(say({ phase: 'Lost', server: server({ reason: 'spool-full' }) }).word, 'Full');
});

test('The bar shows what is on the station, not what was handed to the line', () => {
  assert.deepEqual(say({ phase: 'Sending', server: server({ offsetBytes: 40 }) }).bar, { value: 40, max: 100 });
  assert.deepEqual(say({ phase: 'Sending' }).bar, { value: 0, max: 100 });
});

test('A file of an earlier visit waits to be chosen again, and is not on the way', () => {
  assert.equal(say({ file: null, server: server({}) }).word, 'Unfinished');
  assert.equal(isOnTheWay(row({ file: null, server: server({}) })), false);
  assert.equal(say({ file: null, server: server({ isActive: true }) }).word, 'Elsewhere');
});

test('The page may be closed once all bytes are on the station', () => {
  assert.equal(isOnTheWay(row({ phase: 'Lost', server: server({}) })), true);
  assert.equal(isOnTheWay(row({ phase: 'Sending', server: server({ state: 'received' }) })), false);
});

test('What has come whole can not be given up', () => {
  assert.equal(say({ phase: 'Sending', server: server({}) }).mayGiveUp, true);
  assert.equal(say({ server: server({ state: 'received' }) }).mayGiveUp, false);
  assert.equal(say({ server: server({ state: 'kept' }) }).mayGiveUp, false);
});

test('The digest and the link stand there when there are some', () => {
  const view = say({ server: server({ state: 'kept', sha256: 'ab', clip: 'c1' }) });
  assert.deepEqual([view.digest, view.link], ['ab', '/clips/c1']);
});

test('The line above counts stored, under way and those that need somebody', () => {
  const rows = [server({ state: 'stored' }), server({ state: 'kept' }), server({})].map(facts => row({ server: facts }));
  assert.deepEqual(summary([...rows, row({ phase: 'Empty' })]), { all: 4, stored: 1, need: 1, running: 1 });
});

test('A stall shows as no speed', () => {
  const speed = speedometer();
  assert.equal(speed(0, 0), 0);
  assert.equal(speed(1000, 1000), 1000);
  for (let second = 2; second <= 13; second++) speed(1000, second * 1000);
  assert.equal(speed(1000, 14_000), 0);
});
