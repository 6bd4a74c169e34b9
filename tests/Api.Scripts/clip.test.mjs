// Runs with `node --test tests/Api.Scripts`: the pure parts of the clip page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, peaksOf } from '../../src/Api/wwwroot/js/clip/drawings.js';
import { momentOf, parseMoment, withMoment } from '../../src/Api/wwwroot/js/clip/moment.js';
import { cueAt, parseTrack } from '../../src/Api/wwwroot/js/clip/track.js';
import { placeAt } from '../../src/Api/wwwroot/js/clip/way.js';
import { bytes, bytesOf, clock, day, duration } from '../../src/Api/wwwroot/js/format.js';

test('A moment is read as seconds, minutes or hours', () => {
  assert.equal(parseMoment('391.2'), 391.2);
  assert.equal(parseMoment('6:31'), 391);
  assert.equal(parseMoment('1:06:31'), 3991);
  assert.equal(parseMoment('soon'), null);
  assert.equal(parseMoment(null), null);
});

test('The moment in an address replaces the one before and drops play=1', () => {
  assert.equal(withMoment('http://station/clips/1?kind=video&play=1&t=3', 61.23), 'http://station/clips/1?kind=video&t=61.2');
  assert.equal(withMoment('http://station/clips/1?t=3', 0), 'http://station/clips/1');
  assert.equal(momentOf('http://station/clips/1?t=61.2'), 61.2);
});

test('A track of thumbnails is read; cues that name no piece are left out', () => {
  const text = 'WEBVTT\r\n\r\n00:00.000 --> 00:05.000\r\nscrub.jpg#xywh=0,0,160,90\r\n\r\n00:00:05.000 --> 00:00:10.000\nscrub.jpg#xywh=160,0,160,90\n\n00:10 --> 00:15\nnothing\n';
  const cues = parseTrack(text, 'http://station/clips/1/derived/scrub.vtt?viewing=x');
  assert.equal(cues.length, 2);
  assert.equal(cues[1].image.href, 'http://station/clips/1/derived/scrub.jpg');
  assert.equal(cueAt(cues, 7).x, 160);
  assert.equal(cueAt(cues, 99).x, 160);
});

test('Peaks become shares of the full height, and a bar shows its loudest', () => {
  assert.deepEqual(peaksOf({ secondsPerPeak: 0.1, peaks: [0, 50, 100] }), [0, 0.5, 1]);
  assert.deepEqual(peaksOf({}), []);
  assert.deepEqual(barsOf([0.1, 0.9, 0.2, 0.3], 2), [0.9, 0.3]);
});

test('Numbers and times have one fixed form, in UTC+8', () => {
  assert.equal(bytes(8_400_000_000), '8.4 GB');
  assert.equal(bytes(1_200_000_000_000), '1.2 TB');
  assert.equal(bytesOf(5_200_000_000, 11_800_000_000), '5.2/11.8 GB');
  assert.equal(clock('2026-11-24T16:30:00Z'), '00:30');
  assert.equal(day('2026-11-24T16:30:00Z'), '2026-11-25');
  assert.equal(duration(3723), '1:02:03');
});

test('The dot goes from point to point and is nowhere outside of the track', () => {
  const moments = [[1000, 10, 20], [2000, 20, 20], [2000, 20, 30], [9000, 20, 100]];
  assert.deepEqual(placeAt(moments, 1500), [15, 20]);
  assert.deepEqual(placeAt(moments, 5500), [20, 65]);
  assert.deepEqual(placeAt(moments, 9000), [20, 100]);
  assert.equal(placeAt(moments, 999), null);
  assert.equal(placeAt(moments, 9001), null);
  assert.equal(placeAt([], 0), null);
  assert.deepEqual(placeAt([[5, 1, 2]], 5), [1, 2]);
});
