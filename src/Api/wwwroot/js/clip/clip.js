// The clip page: player, time axis, facts and keys put together.
import { tinykeys } from '../../lib/tinykeys.js';
import { duration } from '../format.js';
import { whenNotTyping } from '../keys.js';
import { listen } from '../live.js';
import { say } from '../say.js';
import { words } from '../words.js';
import { openAxis } from './axis.js';
import { copyText, openFacts } from './facts.js';
import { openLinks } from './links.js';
import { openMarkers } from './markers.js';
import { openPhoto } from './photo.js';
import { keepMoment, momentOf, parseMoment, withMoment } from './moment.js';
import { openPlayer } from './player.js';

const by = id => document.getElementById(id);
const { clip, showing } = by('clip').dataset;
const facts = openFacts(clip);
const keys = {
  h: facts.toggleDrawer,
  '[': () => by('newer')?.click(),
  ']': () => by('older')?.click(),
  Escape: facts.closeDrawer,
};

let axis = null;
let watched = null; // the player, where there is one
if (showing === 'photo') {
  const photo = openPhoto();
  Object.assign(keys, { r: photo.left, 'Shift+R': photo.right, z: photo.zoom, f: photo.fullscreen });
}
if (showing === 'video' || showing === 'sound') {
  const keep = keepMoment();
  let player = null;
  axis = openAxis({ onSeek: seconds => player.seek(seconds) });
  player = openPlayer({
    onTime: (now, length) => {
      axis.setTime(now, length);
      if (player) keep(now);
    },
    onFailed: () => { by('failed').hidden = false; },
  });
  watched = player;
  player.video.addEventListener('previewend', ({ detail: why }) => {
    const key = { ends: 'PreviewEnds', undecodable: 'PreviewFailed' }[why];
    if (key) {
      by('failed-what').textContent = say(words, key);
      by('failed-why').textContent = say(words, `${key}Why`);
    }
    by('failed').hidden = why === 'ends' && !player.video.paused;
    if (why === 'ends') facts.tell(say(words, 'PreviewEnds'));
  });
  player.video.addEventListener('progress', () => axis.setBuffered(player.video.buffered));

  const asked = momentOf(location.href);
  if (asked !== null) player.seek(asked);
  if (new URL(location.href).searchParams.get('play') === '1') player.play();
  // A viewing ends after 30 idle minutes: a new page opens another.
  by('play-again').addEventListener('click', () => location.replace(withMoment(location.href, player.video.currentTime)));

  const go = by('go');
  go.addEventListener('close', () => {
    const moment = go.returnValue === 'go' ? parseMoment(by('go-at').value) : null;
    if (moment !== null) player.seek(moment);
    go.returnValue = '';
  });
  by('go-at').addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    go.close('go');
  });

  Object.assign(keys, {
    j: player.back,
    k: player.pause,
    l: player.faster,
    ',': player.frameBack,
    '.': player.frameOn,
    f: player.fullscreen,
    Space: event => {
      // On a button space is the button's.
      if (event.target instanceof Element && event.target.closest('button, a')) return;
      event.preventDefault();
      player.toggle();
    },
    t: event => {
      event.preventDefault();
      by('go-at').value = '';
      go.showModal();
    },
    c: async () => {
      await copyText(withMoment(location.href, player.video.currentTime));
      facts.tell(say(words, 'LinkCopied', duration(player.video.currentTime)));
    },
  });
}

const now = watched ? () => watched.video.currentTime * 1000 : null;
const seek = watched?.seek ?? null;
if (by('clip').dataset.links) {
  const links = openLinks({ clip, facts, now });
  Object.assign(keys, links.keys, openMarkers({ clip, facts, now, seek, links }).keys);
} else openMarkers({ clip, facts, now, seek, links: null });

tinykeys(window, Object.fromEntries(Object.entries(keys).map(([key, action]) => [key, whenNotTyping(event => {
  if (!document.querySelector('dialog[open]')) action(event);
})])));

/** What can't be shown yet may be now: the page is opened anew only then, so that a film that runs is never broken off. */
const offer = () => {
  const now = by('facts').querySelector('[data-showing]').dataset;
  if (!['video', 'sound', 'photo'].includes(showing) && now.showing !== showing) location.reload();
  else axis?.offer(now);
};
offer();

const refresh = async () => {
  await facts.refresh();
  offer();
};

let pending = 0;
const soon = () => {
  clearTimeout(pending);
  pending = setTimeout(refresh, 200);
};
listen({ onClip: ({ clipId }) => clipId === clip && soon(), onReread: soon, rereadFirst: true });
