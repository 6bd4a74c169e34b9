// The inbox page and the queue of the page that an officer begins with.
import { say } from '../say.js';
import { words } from '../words.js';
import { openQueue } from './queue.js';

if (document.getElementById('queue')) {
  document.getElementById('queue').addEventListener('count', ({ detail }) => {
    // On the page that an officer begins with, the number of things to do and its counter follow.
    const [todo, tile] = [document.getElementById('todo'), document.querySelector('[data-count="ToLink"] b')];
    if (todo) todo.textContent = String(Number(todo.dataset.else) + detail.groups);
    if (tile) tile.textContent = String(detail.groups);
    const counts = document.getElementById('inbox-left');
    if (counts && detail.left < 1000) counts.textContent = say(words, 'Left', detail.left);
  });
  openQueue();
}
