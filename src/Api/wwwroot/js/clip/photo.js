// A photo: turned and enlarged on the screen only; the file stays as it is.
const by = id => document.getElementById(id);

export const openPhoto = () => {
  const picture = by('still');
  const box = by('player');
  let turns = 0;
  let full = false;

  const show = () => {
    picture.classList.toggle('full', full);
    box.classList.toggle('scrolls', full);
    const onSide = turns % 2 !== 0;
    // Turned by a quarter it has to fit the other way round.
    const scale = onSide && !full ? Math.min(box.clientWidth / box.clientHeight, box.clientHeight / box.clientWidth) : 1;
    picture.style.transform = `rotate(${turns * 90}deg) scale(${scale})`;
  };

  const does = {
    left: () => {
      turns -= 1;
      show();
    },
    right: () => {
      turns += 1;
      show();
    },
    full: () => {
      full = true;
      show();
    },
    fit: () => {
      full = false;
      show();
    },
    zoom: () => {
      full = !full;
      show();
    },
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen()),
  };
  by('photo-controls').addEventListener('click', event => {
    const button = event.target.closest('[data-do]');
    if (button) does[button.dataset.do]();
  });
  picture.addEventListener('dblclick', does.zoom);
  document.addEventListener('fullscreenchange', show);
  return does;
};
