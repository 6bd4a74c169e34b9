// Keys of every page: '/' goes to the search box.
import { tinykeys } from '../lib/tinykeys.js';
import { whenNotTyping } from './keys.js';

tinykeys(window, {
  '/': whenNotTyping(event => {
    const find = document.getElementById('find');
    if (!find) return;
    event.preventDefault();
    find.select();
  }),
});
