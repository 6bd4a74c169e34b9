// What the board says, from the station's JSON alone: pure functions without DOM, clock or state, so that a test can read them.
import { bytes, bytesOf, clock, rate } from '../format.js';
import { say } from '../say.js';

const icons = {
  ready: 'filled-circle-check',
  running: 'loader-2',
  staged: 'alert-triangle',
  trouble: 'circle-x',
  empty: 'circle-dashed',
  unknown: 'help-circle',
  early: 'urgent',
  left: 'circle-check',
};

const share = (part, whole) => (whole > 0 ? Math.min(100, Math.max(0, Math.floor((part / whole) * 100))) : 0);

/** Every tile has all four: colour (by look), icon, word and lines; one alone never carries the answer. */
const tile = (slot, look, word, rest) => ({ slot: slot.slot, look, icon: icons[look], word, note: null, pill: null, bar: null, lines: [], ...rest });

const who = (slot, words) => ({
  who: slot.officer || slot.recorder || say(words, slot.phase === 'waiting' ? 'Identifying' : 'NoRecorder'),
  device: slot.officer && slot.recorder ? slot.recorder : slot.recorder ? say(words, `By_${slot.recorderBy}`) : slot.phase === 'waiting' ? null : say(words, 'NoRecorderLine'),
  deviceIsNumber: Boolean(slot.officer && slot.recorder),
});

const doneAt = (slot, words) => (slot.doneAt ? say(words, 'DoneAt', clock(slot.doneAt)) : null);

const joined = (...parts) => parts.filter(Boolean).join(' · ');

const running = (slot, words) => {
  const { files, bytes: size } = slot;
  const look = { ...who(slot, words), bar: null, lines: [say(words, 'Waiting')] };
  if (slot.phase === 'copying' && files.listed > 0) {
    look.bar = { copied: share(size.copied, size.listed), stored: share(size.stored, size.listed) };
    look.lines = [
      say(words, 'Copying', Math.min(files.copied + 1, files.listed), files.listed, bytesOf(size.copied, size.listed)),
      joined(slot.rateBytesPerSecond > 0 ? rate(slot.rateBytesPerSecond) : null, doneAt(slot, words)),
    ];
    look.shortLine = joined(say(words, 'CopyingShort', Math.min(files.copied + 1, files.listed), files.listed), doneAt(slot, words));
  } else if (slot.phase === 'storing') {
    look.bar = { copied: share(size.copied, size.listed), stored: share(size.stored, size.listed) };
    look.lines = [say(words, 'Storing', files.copied, files.listed, files.stored, files.listed), doneAt(slot, words)];
    look.shortLine = joined(say(words, 'StoringShort', files.stored, files.listed), doneAt(slot, words));
  } else if (files.listed > 0) {
    look.lines.push(say(words, 'Listed', files.listed, bytes(size.listed)));
  }
  return tile(slot, 'running', say(words, 'Running'), look);
};

const skipsLine = (slot, words) => {
  const { skipped } = slot.files;
  if (!skipped) return null;
  const reasons = [...new Set((slot.skips || []).map(skip => say(words, `Skip_${skip.reason}`)))];
  return reasons.length ? say(words, 'SkippedWhy', skipped, reasons.join(say(words, 'ListMark'))) : say(words, 'Skipped', skipped);
};

/** What this station deleted on the recorder: an officer who looks for a film there has to know where it went. */
const releasedLine = (slot, words) => {
  const { released } = slot;
  if (!released) return null;
  return joined(
    released.gone ? say(words, 'Released', released.gone, clock(released.lastAt)) : null,
    released.open ? say(words, 'ReleaseOpen', released.open) : null,
  );
};

const ready = (slot, words) => {
  const { files } = slot;
  const verified = slot.verifiedAt ? say(words, 'VerifiedAt', clock(slot.verifiedAt)) : null;
  const seen = joined(files.known ? say(words, 'Known', files.known) : null, files.duplicate ? say(words, 'Duplicate', files.duplicate) : null);
  return tile(slot, 'ready', say(words, 'Ready'), {
    ...who(slot, words),
    lines: [joined(say(words, 'Files', files.listed), bytes(slot.bytes.listed), verified), joined(releasedLine(slot, words), seen, skipsLine(slot, words))],
    shortLine: joined(say(words, 'FilesShort', files.listed), bytes(slot.bytes.listed), slot.verifiedAt ? say(words, 'VerifiedAtShort', clock(slot.verifiedAt)) : null),
  });
};

const staged = (slot, words) =>
  tile(slot, 'staged', say(words, 'Staged'), {
    ...who(slot, words),
    shortWord: say(words, 'StagedShort'),
    pill: say(words, slot.mayTake ? 'MayTake' : 'MustStay'),
    shortPill: say(words, slot.mayTake ? 'MayTakeShort' : 'MustStayShort'),
    lines: [joined(say(words, 'Here', slot.files.copied, bytes(slot.bytes.copied)), say(words, 'StoredOf', slot.files.stored, slot.files.listed))],
    shortLine: say(words, 'Here', slot.files.copied, bytes(slot.bytes.copied)),
  });

const nobody = { who: null, device: null };

const trouble = (slot, words, contact) => {
  const { files, cause } = slot;
  return tile(slot, 'trouble', say(words, slot.mayTake ? 'NeedsCare' : 'Trouble'), {
    ...(slot.recorder || slot.sessionId ? who(slot, words) : nobody),
    note: say(words, cause ? `Cause_${cause.code}` : 'Cause_unknown'),
    lines: [
      contact ? say(words, 'Contact', contact) : say(words, 'ContactNobody'),
      // Copied files are compared with the recorder before they count; when the store gave back other bytes, more can't be promised.
      files.listed > 0 ? say(words, cause?.code === 'stored-differs' ? 'Copied' : 'KeptOf', files.copied, files.listed) : null,
    ],
    shortLine: contact ? say(words, 'ContactShort', contact) : say(words, 'ContactNobody'),
  });
};

const empty = (slot, words) => {
  const { summary } = slot;
  const recorder = summary?.officer ?? slot.recorder ?? summary?.recorder ?? null;
  if (!summary) return tile(slot, 'empty', say(words, 'Empty'), { ...nobody, lines: [say(words, 'EmptyLine')], shortLine: '' });
  if (summary.early) {
    return tile(slot, 'early', say(words, 'PutBack'), {
      who: recorder, device: null,
      note: say(words, 'TakenEarly'),
      lines: [summary.missing > 0 ? say(words, 'Missing', summary.missing) : null, say(words, 'GoesOn')],
      shortLine: summary.missing > 0 ? say(words, 'Missing', summary.missing) : say(words, 'GoesOn'),
    });
  }
  const result = joined(
    say(words, 'SumStored', summary.stored),
    summary.staged ? say(words, 'SumStaged', summary.staged) : null,
    summary.known ? say(words, 'SumKnown', summary.known) : null,
    summary.duplicate ? say(words, 'SumDuplicate', summary.duplicate) : null,
    summary.skipped ? say(words, 'SumSkipped', summary.skipped) : null,
    say(words, 'SumFailed', summary.failed),
  );
  return tile(slot, 'left', say(words, 'JustTaken'), { who: recorder, device: null, lines: [result], shortLine: result });
};

const unknown = (slot, words) =>
  tile(slot, 'unknown', say(words, 'Unknown'), {
    ...(slot.state === 'empty' ? nobody : who(slot, words)),
    device: slot.officer ? slot.recorder : null,
    note: say(words, 'DoNotTake'),
  });

const looks = { empty, running, staged, ready, trouble };

/** One slot's tile. A state this page doesn't know is 'unknown', never a guess. */
export const tileView = (slot, words, { contact = null, stale = false } = {}) =>
  stale || !Object.hasOwn(looks, slot.state) ? unknown(slot, words) : looks[slot.state](slot, words, contact);

/** The one sentence of the header. */
export const countsView = (counts, words) =>
  [['ready', 'circle-check'], ['running', 'loader-2'], ['staged', 'alert-triangle'], ['trouble', 'circle-x']].map(([state, icon]) => ({
    state,
    icon,
    word: say(words, `Count_${state}`),
    count: counts[state] ?? 0,
    unit: say(words, 'CountUnit'),
  }));

/** The lamps: good ones are calm, bad ones say that docking goes on. */
export const lightsView = (lights, words) => {
  const down = { database: lights.database !== 'ok', store: lights.store !== 'ok' && lights.store !== 'advisory' };
  return [
    { icon: down.database ? 'database-off' : 'database', look: down.database ? 'bad' : 'good', word: say(words, down.database ? 'DatabaseDown' : 'DatabaseOk') },
    { icon: down.store ? 'server-off' : 'server', look: down.store ? 'bad' : 'good', word: say(words, down.store ? 'StoreDown' : lights.store === 'advisory' ? 'StoreAdvisory' : 'StoreOk') },
    { icon: 'device-floppy', look: lights.spoolLow ? 'bad' : 'plain', word: say(words, lights.spoolLow ? 'SpoolLow' : 'SpoolFree', bytes(lights.spoolFreeBytes)) },
  ];
};

/** The red strip over the header. */
export const stripView = (alert, slots, words) => {
  const slot = slots.find(one => one.slot === alert.slot);
  const recorder = slot?.summary?.officer ?? slot?.summary?.recorder ?? slot?.officer ?? slot?.recorder;
  return {
    key: `${alert.slot}@${alert.at}`,
    word: alert.missing > 0 ? say(words, 'EarlyStrip', alert.slot, alert.missing) : say(words, 'EarlyStripSome', alert.slot),
    line: joined(recorder, say(words, 'GoesOn'), say(words, 'Recorded')),
  };
};

/** 4 × 2 up to 8 slots, rows of short tiles beyond; nothing scrolls up to 24. */
export const layoutOf = count => (count <= 8 ? 'wide' : count <= 12 ? 'rows3' : count <= 24 ? 'rows4' : 'many');
