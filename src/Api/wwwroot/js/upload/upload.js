// The upload page: files that are chosen wait in a queue here; what becomes of them is asked of the station each second.
import { say } from '../say.js';
import { words } from '../words.js';
import { chosen, dropped } from './picking.js';
import { rowList } from './rows-dom.js';
import { sender } from './sender.js';
import { speedometer } from './speed.js';
import { isOnTheWay, isSettled, rowView, summary, wordOf } from './upload-view.js';

const address = '/api/v1/uploads';
const atOnce = 2;
const busyMs = 1000;
const idleMs = 5000;
const lateMs = 10_000;

const by = id => document.getElementById(id);
const token = by('token').querySelector('input').value;
const batch = crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16)).join('');
let { pass } = by('uploads').dataset;
let limits = null;
let rows = [];
let counter = 0;

const idOf = url => url.split('/').at(-1);

const giveUp = async row => {
  const isEarlier = row.server && row.server.offsetBytes > 0;
  if (isEarlier && !confirm(say(words, 'GiveUpAsk', row.name))) return;
  row.isGone = true;
  if (row.sender) await row.sender.giveUp();
  else if (row.id) await fetch(`${address}/${row.id}`, { method: 'DELETE', headers: { 'Upload-Pass': pass, 'Tus-Resumable': '1.0.0' } });
  drop(row);
  await ask();
};

const list = rowList(by('list'), words, giveUp);

const drop = row => {
  if (!rows.includes(row)) return;
  rows = rows.filter(one => one !== row);
  list.remove(row);
  feed();
  draw();
};

const draw = () => {
  for (const row of rows) list.draw(row, rowView(row, words, limits));
  by('list').hidden = !rows.length;
  by('none').hidden = rows.length > 0;
  by('over').hidden = !rows.some(row => wordOf(row) === 'Stopped');
  const { all, stored, running, need } = summary(rows);
  const text = all ? say(words, 'Summary', all, stored, running, need) : '';
  // Said aloud when a count changes, not with every byte.
  if (by('sum').textContent !== text) by('sum').textContent = text;
};

const send = row => {
  row.phase = 'Sending';
  row.sender = sender({
    file: row.file,
    path: row.path,
    url: row.id ? `${location.origin}${address}/${row.id}` : null,
    batch,
    ticket: row.ticket,
    passOf: () => pass,
    onUrl: url => { row.id = idOf(url); },
    onPhase: (phase, status) => {
      if (row.isGone || row.phase === 'Stopped') return;
      // The account has too many on the way: this one waits for its turn again.
      if (phase === 'Lost' && status === 429) phase = 'Waiting';
      if (row.phase === phase && row.status === status) return;
      Object.assign(row, { phase, status });
      draw();
      feed();
    },
    onSent: () => {
      row.isSent = true;
      ask();
      feed();
    },
  });
  row.sender.start();
};

/** Begins the next ones, so that so many are being sent at once. */
const feed = () => {
  const sending = rows.filter(row => row.sender && !row.isSent && ['Sending', 'Lost', 'Full', 'Waiting'].includes(row.phase)).length;
  for (const row of rows.filter(row => row.phase === 'Waiting' && !row.sender).slice(0, Math.max(0, atOnce - sending))) send(row);
};

/** A person chose files. That is an act of his: it keeps the sign-in alive, and needs one. */
const renewPass = async () => {
  const answer = await fetch('/upload?handler=Pass', { method: 'POST', headers: { RequestVerificationToken: token, Accept: 'application/json' } });
  if (answer.redirected || !answer.ok) return false;
  ({ pass } = await answer.json());
  return true;
};

/** A file of an earlier visit, or one that stopped, goes on in its own row. */
const isSame = (row, file, path) => !row.sender && row.server?.state === 'uploading' && !row.server.isActive
  && row.size === file.size && Date.parse(row.server.modified) === file.lastModified && row.name === (path ?? file.name);

const add = async picked => {
  if (!picked.length) return;
  if (!await renewPass().catch(() => true)) {
    // Without a sign-in nothing new begins; the page that asks for one brings him back here.
    location.assign('/sign-in?returnUrl=%2Fupload');
    return;
  }
  await ask();
  for (const { file, path } of picked) {
    const known = rows.find(row => isSame(row, file, path));
    const row = known ?? { name: path ?? file.name, size: file.size, server: null };
    Object.assign(row, { file, path, ticket: row.ticket ?? `${batch}-${++counter}`.slice(-64), phase: 'Waiting', speedOf: speedometer() });
    if (!file.size) row.phase = 'Empty';
    else if (limits && file.size > limits.maxBytes) Object.assign(row, { phase: 'Refused', status: 413 });
    if (!known) rows.push(row);
  }
  draw();
  feed();
};

const take = uploads => {
  const now = performance.now();
  for (const server of uploads) {
    let row = rows.find(one => one.id === server.id);
    // One whose row was closed in this moment, or whose answer to the creation is still on its way.
    if (!row && rows.some(one => one.sender && !one.id)) continue;
    if (!row) rows.push(row = { id: server.id, name: server.name, size: server.sizeBytes, server, speedOf: speedometer() });
    row.server = server;
    row.speed = row.speedOf(server.offsetBytes, now);
  }
  const there = new Set(uploads.map(server => server.id));
  for (const row of rows.filter(one => one.id && one.server && !there.has(one.id) && !one.sender)) drop(row);
};

let timer = 0;
let heard = performance.now();
let asking = null;

const askOnce = async () => {
  try {
    const answer = await fetch(address, { headers: { 'Upload-Pass': pass, Accept: 'application/json' } });
    if (answer.status === 401) {
      for (const row of rows.filter(isOnTheWay)) row.phase = 'Stopped';
      heard = performance.now();
    } else if (answer.ok) {
      const told = await answer.json();
      limits = told.limits;
      heard = performance.now();
      take(told.uploads);
    }
  } catch {
    // No connection: the rows say so by their own requests, the page below by its silence.
  }
  by('behind').hidden = performance.now() - heard < lateMs;
  draw();
};

/** One question at a time, and the next one sooner while something moves. */
const ask = () => {
  asking ??= askOnce().finally(() => {
    asking = null;
    clearTimeout(timer);
    timer = setTimeout(ask, rows.every(isSettled) || document.hidden ? idleMs : busyMs);
  });
  return asking;
};

for (const id of ['files', 'folder']) {
  by(id).addEventListener('change', event => {
    const picked = chosen(event.target);
    event.target.value = '';
    add(picked);
  });
}

const zone = by('drop');
for (const name of ['dragenter', 'dragover']) {
  document.addEventListener(name, event => {
    event.preventDefault();
    zone.classList.add('over');
  });
}
document.addEventListener('dragleave', event => { if (!event.relatedTarget) zone.classList.remove('over'); });
document.addEventListener('drop', async event => {
  event.preventDefault();
  zone.classList.remove('over');
  add(await dropped(event.dataTransfer));
});

by('go-on').addEventListener('click', async () => {
  if (!await renewPass()) return;
  for (const row of rows.filter(one => one.phase === 'Stopped')) {
    row.sender?.stop();
    Object.assign(row, { phase: 'Waiting', sender: null });
  }
  draw();
  feed();
});

addEventListener('beforeunload', event => { if (rows.some(isOnTheWay)) event.preventDefault(); });

ask();
