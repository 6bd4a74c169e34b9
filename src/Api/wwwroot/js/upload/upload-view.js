// What a row says, from what the station knows of the upload and what this page does with it. Never 'stored' before the station says so.
import { bytes, bytesOf, clock, day, duration, rate } from '../format.js';
import { say } from '../say.js';

const looks = {
  Waiting: ['none', 'hourglass'],
  Sending: ['run', 'upload'],
  Elsewhere: ['run', 'upload'],
  Lost: ['warn', 'plug-connected-x'],
  Full: ['warn', 'alert-triangle'],
  Stopped: ['warn', 'lock'],
  Unfinished: ['warn', 'history'],
  Received: ['run', 'loader-2'],
  Stuck: ['bad', 'alert-triangle'],
  Kept: ['warn', 'device-floppy'],
  Stored: ['ok', 'shield-check'],
  Duplicate: ['ok', 'copy-check'],
  DuplicateWaits: ['warn', 'copy'],
  Damaged: ['bad', 'shield-x'],
  Empty: ['none', 'file'],
  Unreadable: ['bad', 'file'],
  Refused: ['bad', 'circle-x'],
};

const ofStation = ({ state, isDuplicate, reason }) => {
  if (state === 'received') return reason === 'spool-full' ? 'Full' : reason ? 'Stuck' : 'Received';
  if (state === 'kept') return isDuplicate ? 'DuplicateWaits' : 'Kept';
  if (state === 'stored') return isDuplicate ? 'Duplicate' : 'Stored';
  return 'Damaged';
};

/** The word for where a file is: the station's, once all of it has come; before that what this page does. */
export const wordOf = ({ server, phase }) => {
  if (server && server.state !== 'uploading') return ofStation(server);
  // Why nothing comes in the station knows best: its refusal may be lost with the connection that it ended.
  if (phase === 'Lost' && server?.reason === 'spool-full') return 'Full';
  if (phase) return phase;
  return server?.isActive ? 'Elsewhere' : 'Unfinished';
};

/** Whether bytes of it still have to leave this page. */
export const isOnTheWay = row => ['Waiting', 'Sending', 'Lost', 'Full', 'Stopped'].includes(wordOf(row)) && Boolean(row.file);

/** Nothing more happens to it by itself. */
export const isSettled = row => ['Stored', 'Duplicate', 'Damaged', 'Empty', 'Refused', 'Unreadable', 'Unfinished'].includes(wordOf(row));

export const needsPerson = row => ['Damaged', 'Refused', 'Unreadable', 'Unfinished', 'Stuck', 'Full', 'Stopped'].includes(wordOf(row));

export const isSafe = row => ['Stored', 'Duplicate'].includes(wordOf(row));

const lineOf = (word, row, words, limits) => {
  const { server, size, speed, status } = row;
  const come = bytesOf(server?.offsetBytes ?? 0, size);
  switch (word) {
    case 'Waiting': return say(words, 'WaitingLine', bytes(size));
    case 'Sending': return speed > 0
      ? say(words, 'SendingLine', come, rate(speed), duration((size - (server?.offsetBytes ?? 0)) / speed))
      : say(words, 'SendingSoon', come);
    case 'Elsewhere': return say(words, 'ElsewhereLine', come);
    case 'Unfinished': return say(words, 'UnfinishedLine', come, `${day(server.expiresAt)} ${clock(server.expiresAt)}`);
    case 'Received': return say(words, 'ReceivedLine', bytesOf(server.checkedBytes, size));
    case 'Kept':
    case 'DuplicateWaits': return say(words, 'KeptLine');
    case 'Stored':
    case 'Duplicate': return say(words, `${word}Line`, bytes(size));
    case 'Refused': return status === 413 ? say(words, 'Refused_413', limits ? bytes(limits.maxBytes) : '')
      : say(words, [403, 404].includes(status) ? `Refused_${status}` : 'Refused_other', status);
    default: return say(words, `${word}Line`, come);
  }
};

export const rowView = (row, words, limits) => {
  const word = wordOf(row);
  const { server } = row;
  const [look, icon] = looks[word];
  const isBar = ['Sending', 'Elsewhere', 'Lost', 'Full', 'Stopped', 'Unfinished', 'Received'].includes(word);
  return {
    word: say(words, word),
    state: word,
    look,
    icon,
    line: lineOf(word, row, words, limits),
    bar: isBar ? { value: word === 'Received' ? server.checkedBytes : server?.offsetBytes ?? 0, max: row.size } : null,
    digest: server?.sha256 ?? null,
    link: server?.clip ? `/clips/${server.clip}` : null,
    mayGiveUp: ['Waiting', 'Sending', 'Lost', 'Stopped', 'Unfinished', 'Unreadable', 'Refused', 'Empty'].includes(word) || (word === 'Full' && server?.state !== 'received'),
  };
};

/** {0} files: {1} stored, {2} under way, {3} need a person. */
export const summary = rows => {
  const counts = { all: rows.length, stored: rows.filter(isSafe).length, need: rows.filter(needsPerson).length };
  const idle = rows.filter(row => wordOf(row) === 'Empty').length;
  return { ...counts, running: counts.all - counts.stored - counts.need - idle };
};
