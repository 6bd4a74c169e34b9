/** Arrow keys move between cards as they stand on the screen; Enter then opens, as on any link. */
export const moveWithArrows = grid => {
  const links = () => [...grid.querySelectorAll('.when')];
  const columns = () => getComputedStyle(grid).gridTemplateColumns.split(' ').length;
  const step = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => -columns(), ArrowDown: columns };

  grid.addEventListener('keydown', event => {
    const by = step[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = links();
    const next = all[all.indexOf(document.activeElement) + by()];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
};
