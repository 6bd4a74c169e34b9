// Numbers and times as people read them: decimal units, UTC+8, fixed forms. The same rules as Amounts.cs and ChinaTime.cs.
const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
const two = number => String(number).padStart(2, '0');

const scaled = bytes => {
  let amount = Math.max(0, bytes || 0);
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit++;
  }
  return { amount, unit };
};

const figure = (amount, unit) => amount.toFixed(unit >= 2 && amount < 100 ? 1 : 0);

/** 8.4 GB */
export const bytes = count => {
  const { amount, unit } = scaled(count);
  return `${figure(amount, unit)} ${units[unit]}`;
};

/** 5.2/11.8 GB: both in the unit of the whole. */
export const bytesOf = (part, whole) => {
  const { unit } = scaled(whole);
  const one = count => figure(Math.max(0, count || 0) / 1000 ** unit, unit);
  return `${one(Math.min(part, whole))}/${one(whole)} ${units[unit]}`;
};

/** 38 MB/s */
export const rate = perSecond => {
  const { amount, unit } = scaled(perSecond);
  return `${amount.toFixed(unit >= 2 && amount < 10 ? 1 : 0)} ${units[unit]}/s`;
};

const inChina = at => new Date((typeof at === 'number' ? at : Date.parse(at)) + 8 * 3600_000);

/** 15:08 */
export const clock = at => {
  const time = inChina(at);
  return `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
};

/** 15:08:32 */
export const clockSecond = at => `${clock(at)}:${two(inChina(at).getUTCSeconds())}`;

/** 11-24 15:08 */
export const minute = at => {
  const time = inChina(at);
  return `${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())} ${clock(at)}`;
};

/** 2026-11-24 */
export const day = at => {
  const time = inChina(at);
  return `${time.getUTCFullYear()}-${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())}`;
};

/** 0 = Sunday */
export const weekday = at => inChina(at).getUTCDay();

/** 12:34, or 1:02:03 from one hour on. */
export const duration = seconds => {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
};
