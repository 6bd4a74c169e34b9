/** Fills {0}, {1} … of a sentence. A word that is missing shows its key, so that it is seen and mended. */
export const say = (sentences, key, ...values) =>
  (sentences[key] ?? key).replace(/\{(\d)\}/g, (_, at) => String(values[at] ?? ''));
