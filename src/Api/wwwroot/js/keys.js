const typing = 'input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]';

/** Runs a key's action unless the person is typing, holds a modifier of the browser, or another handler took the key. */
export const whenNotTyping = action => event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest(typing)) return;
  action(event);
};
