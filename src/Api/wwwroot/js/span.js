import { say } from './say.js';
import { words } from './words.js';

/** A length of time in a sentence: the two largest units that say something. The same rule as Span.cs. */
export const span = seconds => {
  const whole = Math.round(Math.max(0, seconds || 0));
  const units = [['Span_d', Math.floor(whole / 86_400)], ['Span_h', Math.floor(whole / 3600) % 24], ['Span_m', Math.floor(whole / 60) % 60], ['Span_s', whole % 60]];
  const first = units.findIndex(([, amount]) => amount > 0);
  const told = first < 0 ? [units[3]] : units.slice(first, first + 2).filter(([, amount]) => amount > 0);
  return told.map(([unit, amount]) => say(words, unit, amount)).join(' ');
};
