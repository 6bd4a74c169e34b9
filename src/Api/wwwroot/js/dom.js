const svgSpace = 'http://www.w3.org/2000/svg';

const fill = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false && child !== ''));
  return node;
};

/** Makes an element. Children that are strings become text, never markup: names on a recorder are anyone's. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const s = (tag, attributes, ...children) => fill(document.createElementNS(svgSpace, tag), attributes, children);

export const icon = (name, extra = '') =>
  s('svg', { class: `i ${name.startsWith('filled-') ? 'f ' : ''}${extra}`.trim(), 'aria-hidden': 'true' }, s('use', { href: `/lib/icons.svg#${name}` }));
