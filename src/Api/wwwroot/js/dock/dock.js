// The kiosk: takes boards from the feed, draws them, and turns the page to 'unknown' when they stop coming.
import { clockSecond, day, weekday } from '../format.js';
import { say } from '../say.js';
import { words } from '../words.js';
import { drawCounts, drawLights, drawStrips, drawTiles } from './board-dom.js';
import { countsView, layoutOf, lightsView, stripView, tileView } from './board-view.js';
import { play, switchOff, switchOn } from './chime.js';
import { openFeed } from './feed.js';
import { openKiosk } from './kiosk.js';

const at = id => document.getElementById(id);
const stripMs = 10_000;

let board = null;
let boardAt = 0; // performance.now() when it came
let stale = false;
const strips = new Map(); // key → until
let looks = new Map();

/** The station's time, carried on by this machine's steady clock: the browser's own date may be wrong. */
const now = () => (board ? Date.parse(board.at) + (performance.now() - boardAt) : null);

const drawClock = () => {
  const time = now();
  if (time === null) return;
  at('clock').textContent = clockSecond(time);
  at('date').textContent = `${day(time)} ${say(words, `Day_${weekday(time)}`)}`;
};

const drawHead = () => {
  at('station').textContent = board.title || board.station;
  at('sync').hidden = stale || board.lights.clock !== 'ok';
  at('no-sync').hidden = stale || board.lights.clock === 'ok';
  at('counts').hidden = at('lights').hidden = stale;
  if (stale) return;
  drawCounts(at('counts'), countsView(board.counts, words));
  drawLights(at('lights'), lightsView(board.lights, words));
};

const announce = views => {
  const before = looks;
  looks = new Map(views.map(view => [view.slot, view.look]));
  // Coming back from 'unknown' is no change of a slot: what was heard before is only seen again.
  const changed = views.filter(view => before.size && before.get(view.slot) !== view.look && before.get(view.slot) !== 'unknown');
  if (!changed.length || stale) return;
  at('spoken').textContent = changed.map(view => say(words, 'SpokenSlot', view.slot, view.word)).join(say(words, 'ListMark'));
  if (changed.some(view => view.look === 'trouble')) play('trouble');
  else if (changed.some(view => view.look === 'ready')) play('ready');
};

const portrait = matchMedia('(orientation: portrait)');

/** Short tiles where many stand on one wide screen; a tall screen has room, and large type may scroll. */
const fit = count => {
  const layout = layoutOf(count);
  const tall = portrait.matches || layout === 'wide' || at('board').classList.contains('large');
  at('board').dataset.layout = layout;
  at('tiles').className = `tiles ${tall ? 'tall' : layout === 'rows3' ? 'mid' : 'short'}${layout === 'wide' ? '' : ' narrow'}`;
  at('board').classList.toggle('stale', stale);
};

const drawBoard = () => {
  const views = board.slots.map(slot => tileView(slot, words, { contact: board.contact, stale }));
  fit(views.length);
  drawHead();
  kiosk.draw();
  drawLit(views);
  announce(views);
};

/** The slots of whoever stands here stand out; what the tiles say stays the same. */
const drawLit = views => {
  const lit = stale ? [] : kiosk.lit();
  drawTiles(at('tiles'), lit.length ? views.map(view => (lit.includes(view.slot) ? { ...view, lit: true } : view)) : views);
};

const drawAlerts = () => {
  const live = board.alerts.map(alert => stripView(alert, board.slots, words));
  for (const view of live) {
    if (strips.has(view.key)) continue;
    strips.set(view.key, performance.now() + stripMs);
    play('early');
  }
  const shown = stale ? [] : live.filter(view => strips.get(view.key) > performance.now());
  drawStrips(at('strips'), shown.slice(-2));
};

const showBand = (word, line) => {
  at('band').hidden = false;
  // Read aloud once, not each second again.
  if (at('band-word').textContent !== word) at('band-word').textContent = word;
  at('band-line').textContent = line;
};

const onBoard = next => {
  board = next;
  boardAt = performance.now();
  stale = false;
  at('band').hidden = true;
  at('band-word').textContent = '';
  at('recheck').hidden = true;
  at('tip').textContent = say(words, 'Tip');
  drawBoard();
  drawAlerts();
};

const onSilent = seconds => {
  const contact = board?.contact ? say(words, 'Contact', board.contact) : say(words, 'ContactNobody');
  at('recheck').hidden = false;
  if (!board) {
    showBand(say(words, 'UnknownBand'), say(words, 'NeverHeard', seconds, contact));
    return;
  }
  const first = !stale;
  stale = true;
  const last = Date.parse(board.at);
  showBand(say(words, 'UnknownBand'), say(words, 'Silent', seconds, clockSecond(last), contact));
  at('tip').textContent = say(words, 'SilentTip', clockSecond(last));
  if (first) drawBoard();
};

const remember = (name, on) => {
  try {
    localStorage.setItem(name, on ? '1' : '0');
  } catch {
    // A kiosk profile may forbid storage: the choice then lasts as long as the page.
  }
};

const recalled = name => {
  try {
    return localStorage.getItem(name) === '1';
  } catch {
    return false;
  }
};

const setLarge = on => {
  at('board').classList.toggle('large', on);
  at('large').setAttribute('aria-pressed', on);
  remember('dock-large', on);
  if (board) fit(board.slots.length);
};

const setSound = async on => {
  if (on) {
    await switchOn();
    play('ready');
  } else {
    switchOff();
  }
  at('sound').setAttribute('aria-pressed', on);
};

portrait.addEventListener('change', () => board && fit(board.slots.length));
at('large').addEventListener('click', () => setLarge(!at('board').classList.contains('large')));
at('sound').addEventListener('click', () => setSound(at('sound').getAttribute('aria-pressed') !== 'true'));
setLarge(recalled('dock-large'));

const kiosk = openKiosk(() => (stale ? null : board), () => board && drawBoard());

showBand(say(words, 'Connecting'), say(words, 'ConnectingLine'));
const feed = openFeed('/dock/events', { onBoard, onSilent });
at('recheck').addEventListener('click', () => feed.reopen());

setInterval(() => {
  drawClock();
  if (board) drawAlerts();
}, 250);
