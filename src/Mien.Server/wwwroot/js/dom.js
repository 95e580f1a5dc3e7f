// Helpers for creating elements. Styles are set through the CSSOM only, since the content security policy forbids style
// attributes.

const svgNamespace = 'http://www.w3.org/2000/svg';

/** The element of the page with this id. */
export const byId = (id) => document.getElementById(id);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }

    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }

  element.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** Creates an element: h('p', { class: 'x', onclick: f }, 'text', child). */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** Creates an SVG element. */
export const s = (tag, attributes, ...children) =>
  fill(document.createElementNS(svgNamespace, tag), attributes, children);

/** One of the symbols of index.html, hidden from screen readers. */
export const icon = (name, className) =>
  s('svg', { 'aria-hidden': 'true', viewBox: '0 0 24 24', class: className }, s('use', { href: `#${name}` }));

/** A button with an icon and a text. */
export const iconButton = (iconName, text, onclick, className = 'button') =>
  h('button', { type: 'button', class: className, onclick }, icon(iconName), h('span', null, text));

/** Sets an element's text only if it changed, to avoid needless layout and screen reader output. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Shows or hides an element. */
export function toggle(element, shown) {
  element.hidden = !shown;
}

let liveTimer = 0;

/** Announces a text to screen readers, through the page's live region. */
export function announce(text) {
  const live = byId('live');
  live.textContent = '';
  clearTimeout(liveTimer);
  liveTimer = setTimeout(() => {
    live.textContent = text;
  }, 60);
}

/** '1 face', '2 faces'. */
export const count = (number, one, many = `${one}s`) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
