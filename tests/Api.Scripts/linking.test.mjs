// Runs with `node --test tests/Api.Scripts`: the pure parts of linking.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOf } from '../../src/Api/wwwroot/js/clip/places.js';
import { opposites } from '../../src/Api/wwwroot/js/linking/decisions.js';

test('Marks stand at their share of the axis; one that would cover the name before it has none, one behind the end is left out', () => {
  const places = placesOf([{ from: 0, to: 20_000 }, { from: 1_000, to: null }, { from: 50_000, to: null }, { from: 200_000, to: null }], 100_000);
  assert.deepEqual(places.map(({ left, width, named }) => [left, width, named]), [[0, 0.2, true], [0.01, 0, false], [0.5, 0, true]]);
});

test('What was done is taken back in the opposite order, at the versions that came of it; what was not done stays', () => {
  const decisions = [{ do: 'confirm', clip: 'a' }, { do: 'link', clip: 'b' }, { do: 'irrelevant', clip: 'c' }, { do: 'relevant', clip: 'd' }, { do: 'confirm', clip: 'e' }];
  const results = [
    { outcome: 'done', link: { linkId: '1', version: 2 } },
    { outcome: 'conflict', link: { linkId: '2', version: 5 } },
    { outcome: 'done', filing: { version: 3 } },
    { outcome: 'done', filing: { reason: 'test', note: null } },
    { outcome: 'unchanged', link: { linkId: '5', version: 9 } },
  ];
  assert.deepEqual(opposites(decisions, results), [
    { do: 'irrelevant', clip: 'd', reason: 'test', note: null },
    { do: 'relevant', clip: 'c', version: 3 },
    { do: 'undo', link: '1', version: 2 },
  ]);
});
