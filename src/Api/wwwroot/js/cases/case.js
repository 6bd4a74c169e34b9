// The case's page: only what is missing (G, kept in the address), moving between rows, and the way from a red row to its waiver.
const page = document.getElementById('case');
const only = document.getElementById('only');
const rows = () => [...page.querySelectorAll('tr[data-lacking]')].filter(row => row.offsetParent !== null);

function showOnly(on) {
  only.checked = on;
  page.classList.toggle('only', on);
  // The step's name stands in the first row of its group that is shown.
  for (const group of page.querySelectorAll('#coverage tbody')) {
    const shown = [...group.rows].filter(row => !on || row.dataset.lacking === 'true');
    const label = group.querySelector('.stp');
    label.rowSpan = Math.max(shown.length, 1);
    (shown[0] ?? group.rows[0]).prepend(label);
  }
  const address = new URL(location.href);
  if (on) address.searchParams.set('only', '1');
  else address.searchParams.delete('only');
  history.replaceState(null, '', address);
}

function move(by) {
  const all = rows();
  const at = all.findIndex(row => row.classList.contains('on'));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  all[at]?.classList.remove('on');
  next?.classList.add('on');
  next?.scrollIntoView({ block: 'nearest' });
}

only.addEventListener('change', () => showOnly(only.checked));
if (new URL(location.href).searchParams.has('only')) showOnly(true);

page.addEventListener('click', event => {
  const button = event.target.closest('[data-waive]');
  if (!button) return;
  document.getElementById('w-item').value = button.dataset.waive;
  event.preventDefault();
  document.getElementById('waive').scrollIntoView({ block: 'center' });
  document.getElementById('w-reason').focus();
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
  if (event.key === 'g') showOnly(!only.checked);
  else if (event.key === 'ArrowDown') move(1);
  else if (event.key === 'ArrowUp') move(-1);
  else if (event.key === 'Enter' && !event.target.closest('a, button, summary')) page.querySelector('tr.on .do .btn')?.click();
  else if (event.key === 'u') page.querySelector('[data-key="u"]')?.click();
  else return;
  event.preventDefault();
});
