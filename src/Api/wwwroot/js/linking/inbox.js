// The inbox page and the queue of the page that an officer begins with.
import { say } from '../say.js';
import { words } from '../words.js';
import { openQueue } from './queue.js';

if (document.getElementById('queue')) {
  document.getElementById('queue').addEventListener('count', ({ detail }) => {
    const counts = document.getElementById('inbox-left');
    if (counts && detail.left < 1000) counts.textContent = say(words, 'Left', detail.left);
  });
  openQueue();
}
