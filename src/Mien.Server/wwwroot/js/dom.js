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

/** An error for users, as a box with its title, message and advice. */
export const errorNotice = (error) =>
  h(
    'div',
    { class: 'notice error' },
    h('div', null, h('strong', null, error.title), h('p', null, `${error.message} ${error.advice}`)),
  );

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

/** Scales the frame of a video to the space in its stage. Returns whether there is a video and space. */
export function fit(stage, frame, width, height) {
  if (!width || !height || stage.clientWidth === 0) {
    return false;
  }

  const room = Math.min(Math.max(innerHeight * 0.6, 280), 720);
  const scale = Math.min(stage.clientWidth / width, room / height);
  frame.style.width = `${Math.round(width * scale)}px`;
  frame.style.height = `${Math.round(height * scale)}px`;
  return true;
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

/** A time in seconds as '1:05', '1:00:05' or, with digits = 2, '1:05.25'. */
export function clock(seconds, digits = 0) {
  const unit = 10 ** digits;
  const whole = Math.floor(Math.max(0, seconds) * unit + 1e-6); // cut off, as clocks do
  const [minutes, rest] = [Math.floor(whole / (60 * unit)), whole % (60 * unit)];
  const hours = Math.floor(minutes / 60);
  const text = (rest / unit).toFixed(digits).padStart(digits > 0 ? 3 + digits : 2, '0');
  return hours > 0 ? `${hours}:${String(minutes % 60).padStart(2, '0')}:${text}` : `${minutes}:${text}`;
}
