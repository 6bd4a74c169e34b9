// Files as a person gives them: chosen, dropped, or a dropped folder with all that is in it.
const entriesOf = reader => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = entry => new Promise((resolve, reject) => entry.file(resolve, reject));

const walk = async (entry, found) => {
  if (entry.isFile) {
    found.push({ file: await fileOf(entry), path: entry.fullPath.replace(/^\//, '') });
    return;
  }
  const reader = entry.createReader();
  // A browser gives a folder in pieces of a hundred.
  for (let entries = await entriesOf(reader); entries.length; entries = await entriesOf(reader)) for (const inner of entries) await walk(inner, found);
};

/** Files of an input; those of a chosen folder with their path in it. */
export const chosen = input => [...input.files].map(file => ({ file, path: file.webkitRelativePath || null }));

/** Files of a drop. The entries have to be taken at once: after the event they are gone. */
export const dropped = async transfer => {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map(file => ({ file, path: null }));
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return found.map(one => ({ file: one.file, path: one.path.includes('/') ? one.path : null }));
};
