// Fields that hold several codes (staff numbers, items): what fits the word under the cursor is offered below; arrows and Enter choose, Escape closes. The names of
// the codes that stand there are told underneath.
const between = /[\s,，、;；]+/u;

function known(field) {
  return [...document.getElementById(field.dataset.codes).options].map(option => ({ code: option.value, name: option.textContent.trim() }));
}

/** The word that is being typed: from the last comma to the cursor. */
function word(field) {
  const before = field.value.slice(0, field.selectionStart);
  return before.split(between).at(-1);
}

function fitting(field) {
  const part = word(field).toLowerCase();
  const others = field.value.slice(0, field.selectionStart - part.length) + field.value.slice(field.selectionStart);
  const there = new Set(others.split(between).map(code => code.toLowerCase()));
  return known(field)
    .filter(one => !there.has(one.code.toLowerCase()) && (one.code.toLowerCase().startsWith(part) || (part && one.name.toLowerCase().includes(part))))
    .slice(0, 60);
}

function tell(field) {
  const line = field.parentElement.querySelector('[data-names]');
  if (!line) return;
  line.dataset.otherwise ??= line.textContent;
  const names = new Map(known(field).map(one => [one.code.toLowerCase(), one.name]));
  const told = field.value.split(between).map(code => names.get(code.toLowerCase())).filter(Boolean);
  line.textContent = told.length ? told.join('、') : line.dataset.otherwise;
}

function offer(field, id) {
  const list = document.createElement('ul');
  let choices = [];
  let at = -1;
  list.className = 'codes';
  list.id = id;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', field.labels[0]?.textContent ?? '');
  list.hidden = true;
  field.after(list);
  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-controls', id);
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-expanded', 'false');

  function point(to) {
    at = to;
    [...list.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === at)));
    if (at >= 0) field.setAttribute('aria-activedescendant', list.children[at].id);
    else field.removeAttribute('aria-activedescendant');
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  }

  function show() {
    choices = fitting(field);
    list.replaceChildren(...choices.map((one, index) => {
      const [item, code] = [document.createElement('li'), document.createElement('b')];
      item.id = `${id}-${index}`;
      item.setAttribute('role', 'option');
      code.textContent = one.code;
      item.append(code, one.name);
      return item;
    }));
    list.hidden = choices.length === 0;
    field.setAttribute('aria-expanded', String(!list.hidden));
    // Nothing is chosen until somebody types: Enter in an untouched field saves the form.
    point(word(field) ? 0 : -1);
  }

  function hide() {
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    point(-1);
  }

  function take(index) {
    const part = word(field);
    const before = field.value.slice(0, field.selectionStart - part.length);
    const after = field.value.slice(field.selectionStart);
    field.value = `${before}${choices[index].code}、${after}`;
    field.setSelectionRange(field.value.length - after.length, field.value.length - after.length);
    tell(field);
    hide();
  }

  field.addEventListener('input', () => { show(); tell(field); });
  field.addEventListener('blur', () => { hide(); field.value = field.value.replace(/[\s,，、;；]+$/u, ''); tell(field); });
  field.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' && list.hidden) show();
    else if (event.key === 'ArrowDown' && choices.length) point((at + 1) % choices.length);
    else if (event.key === 'ArrowUp' && !list.hidden) point((at - 1 + choices.length) % choices.length);
    else if (event.key === 'Enter' && !list.hidden && at >= 0) take(at);
    else if (event.key === 'Escape' && !list.hidden) hide();
    else return;
    event.preventDefault();
  });
  // Before the field loses the focus.
  list.addEventListener('mousedown', event => {
    event.preventDefault();
    const index = [...list.children].indexOf(event.target.closest('li'));
    if (index >= 0) take(index);
  });
  tell(field);
}

document.querySelectorAll('[data-codes]').forEach((field, index) => offer(field, `codes-${index}`));
