// A sheet that somebody opened at the kiosk goes away by itself, for the next person.
const idleMs = 120_000;
const back = () => location.assign('/dock');
let idle = setTimeout(back, idleMs);
for (const kind of ['pointerdown', 'keydown', 'scroll']) {
  document.addEventListener(kind, () => {
    clearTimeout(idle);
    idle = setTimeout(back, idleMs);
  }, { passive: true });
}
