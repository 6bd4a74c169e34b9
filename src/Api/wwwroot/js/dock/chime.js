// Tones made on the spot: no sound files. Off until a person switches them on, which browsers also ask for.
let context = null;

const tone = (frequency, start, length, type = 'sine', volume = 0.25) => {
  const oscillator = new OscillatorNode(context, { type, frequency });
  const gain = new GainNode(context, { gain: 0 });
  const from = context.currentTime + start;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(volume, from + 0.01);
  gain.gain.setValueAtTime(volume, from + length - 0.03);
  gain.gain.linearRampToValueAtTime(0, from + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + length);
};

const tunes = {
  ready: () => [[784, 0], [1047, 0.16]].forEach(([frequency, start]) => tone(frequency, start, 0.15)),
  trouble: () => [[330, 0], [262, 0.22]].forEach(([frequency, start]) => tone(frequency, start, 0.2, 'triangle', 0.35)),
  early: () => Array.from({ length: 8 }, (_, at) => tone(at % 2 ? 660 : 880, at * 0.24, 0.22, 'square', 0.3)),
};

export const switchOn = async () => {
  context ??= new AudioContext();
  await context.resume();
};

export const switchOff = () => context?.suspend();

export const play = name => {
  if (context?.state === 'running') tunes[name]?.();
};
