// The boxes on an image: one button with a label per face. They are one Tab stop; arrow keys move between faces.

import { h, icon } from './dom.js';
import { percent, shortLabel, sign, spoken } from './labels.js';

const area = (a, b) =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

const rectangle = (left, top, width, height) => ({ left, top, right: left + width, bottom: top + height });

// The maximum widths of labels as multiples of the box's width. A wider label becomes compact (symbol and percentage),
// then a symbol only; the list below the photo has the percentages.
const maxLabelWidth = 1.5;
const maxCompactLabelWidth = 1.15;

// The minimum distance of frames to the image's edge in pixels, so that they are not cut off.
const edge = 5;

// The cost of covering a label, relative to covering a face: overlapping labels are both unreadable, while a face is
// only partly hidden.
const labelCost = 10;

/** Places a label above, below or inside its box, if possible without covering other labels and faces. */
function placeLabel(size, box, bounds, labels, boxes) {
  const gap = 3;
  const candidates = [
    [box.left, box.top - size.height - gap],
    [box.right - size.width, box.top - size.height - gap],
    [box.left, box.bottom + gap],
    [box.right - size.width, box.bottom + gap],
    [box.left + gap, box.top + gap],
    [box.left + gap, box.bottom - size.height - gap],
  ];
  let best = null;
  candidates.forEach(([x, y], order) => {
    const left = Math.min(Math.max(x, 0), Math.max(0, bounds.width - size.width));
    const top = Math.min(Math.max(y, 0), Math.max(0, bounds.height - size.height));
    const place = rectangle(left, top, size.width, size.height);
    const covered = labels.reduce((sum, l) => sum + area(place, l), 0);
    const cost =
      covered * labelCost +
      boxes.reduce((sum, b) => sum + area(place, b), 0) +
      (Math.abs(left - x) + Math.abs(top - y)) * 4 +
      order;
    if (!best || cost < best.cost) {
      best = { place, cost, covered };
    }
  });
  return best;
}

/** The boxes and labels on one image or video. */
export class FaceOverlay {
  #entries = new Map();
  #sizes = new Map();
  #state = null;

  /** onchoose gets the key of the face that was chosen. */
  constructor(onchoose) {
    this.onchoose = onchoose;
    this.element = h('div', {
      class: 'faces',
      role: 'group',
      'aria-label': 'Faces in the image',
      onkeydown: (e) => this.#key(e),
    });
  }

  /**
   * Draws faces, each with a unique key, and with a name if it is not called 'Face 1 of 2'. Boxes are in pixels of an
   * image of width × height, which the element covers completely; mirrored flips them horizontally.
   */
  update(faces, { width, height, chosen, mirrored = false }) {
    this.#state = { faces, width, height, chosen, mirrored };
    const keys = new Set(faces.map((f) => f.key));
    for (const [key, entry] of this.#entries) {
      if (!keys.has(key)) {
        entry.button.remove();
        this.#entries.delete(key);
      }
    }

    faces.forEach((face, i) => this.#draw(face, i, faces.length));
    this.layout();
  }

  /** Lays out boxes and labels again, after the element has changed its size. */
  layout() {
    if (!this.#state || this.element.clientWidth === 0) {
      return;
    }

    const { faces, width, height, chosen, mirrored } = this.#state;
    const bounds = { width: this.element.clientWidth, height: this.element.clientHeight };
    const [sx, sy] = [bounds.width / width, bounds.height / height];
    const boxes = faces.map(({ box }) => {
      const right = Math.min(width, box.x + box.width);
      const left = Math.max(0, box.x);
      const [top, bottom] = [Math.max(0, box.y), Math.min(height, box.y + box.height)];
      const [x, y] = [Math.max((mirrored ? width - right : left) * sx, edge), Math.max(top * sy, edge)];
      return rectangle(
        x,
        y,
        Math.max(4, Math.min((mirrored ? width - left : right) * sx, bounds.width - edge) - x),
        Math.max(4, Math.min(bottom * sy, bounds.height - edge) - y),
      );
    });

    // The label of the chosen face is placed first, so that it gets the best position.
    const order = faces
      .map((f, i) => i)
      .sort((a, b) => Number(faces[b].key === chosen) - Number(faces[a].key === chosen));
    const labels = [];
    for (const i of order) {
      const { button, label } = this.#entries.get(faces[i].key);
      const box = boxes[i];
      button.style.left = `${box.left}px`;
      button.style.top = `${box.top}px`;
      button.style.width = `${box.right - box.left}px`;
      button.style.height = `${box.bottom - box.top}px`;
      const { place, covered } = placeLabel(
        this.#size(label, box.right - box.left),
        box,
        bounds,
        labels,
        boxes.filter((b) => b !== box),
      );
      label.style.left = `${place.left - box.left}px`;
      label.style.top = `${place.top - box.top}px`;

      // A label that would cover another one is shown only if its face is chosen or under the pointer.
      button.classList.toggle('crowded', covered > 0);
      if (covered === 0) {
        labels.push(place);
      }
    }
  }

  /** Moves the keyboard to a face. */
  focus(key) {
    this.#entries.get(key)?.button.focus();
  }

  #draw(face, index, total) {
    let entry = this.#entries.get(face.key);
    if (!entry) {
      const label = h('span', { class: 'face-label' });
      const button = h('button', { type: 'button', onclick: () => this.onchoose(face.key) }, label);
      entry = { button, label };
      this.#entries.set(face.key, entry);
    }

    const { button, label } = entry;
    const isChosen = face.key === this.#state.chosen;
    const hasChosen = this.#state.faces.some((f) => f.key === this.#state.chosen);
    const className = `face e-${sign(face.label)}${face.uncertain ? ' uncertain' : ''}${isChosen ? ' chosen' : ''}`;
    if (entry.className !== className) {
      button.className = className;
      entry.className = className;
    }

    button.dataset.key = face.key;
    button.tabIndex = isChosen || (!hasChosen && index === 0) ? 0 : -1;
    button.setAttribute('aria-pressed', String(isChosen));
    const name = face.name ?? `Face ${face.number ?? index + 1} of ${total}`;
    button.setAttribute('aria-label', `${name}: ${spoken(face)}`);
    const text = shortLabel(face);
    if (entry.text !== text) {
      label.replaceChildren(
        icon(`f-${sign(face.label)}`),
        h('span', { class: 'face-name' }, face.label),
        face.uncertain ? '?' : '',
        h('span', { class: 'face-share' }, `\u00a0${percent(face.confidence)}`),
      );
      entry.text = text;
    }

    if (this.element.children[index] !== button && !button.contains(document.activeElement)) {
      this.element.insertBefore(button, this.element.children[index] ?? null);
    }
  }

  // Sizes are measured once per text, not in every frame, since measuring forces a layout.
  #size(label, room) {
    const text = label.textContent;
    let sizes = this.#sizes.get(text);
    if (!sizes) {
      const measure = (className) => {
        label.className = `face-label ${className}`;
        return { width: label.offsetWidth, height: label.offsetHeight, className };
      };
      sizes = [measure(''), measure('compact'), measure('compact tiny')];
      if (sizes[0].width > 0) {
        this.#sizes.set(text, sizes);
      }
    }

    const size =
      sizes[0].width <= Math.max(room * maxLabelWidth, 72)
        ? sizes[0]
        : sizes[1].width <= room * maxCompactLabelWidth
          ? sizes[1]
          : sizes[2];
    label.className = `face-label ${size.className}`;
    return size;
  }

  #key(e) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    const { faces } = this.#state ?? { faces: [] };
    if ((!step && e.key !== 'Home' && e.key !== 'End') || faces.length === 0) {
      return;
    }

    e.preventDefault();
    const at = faces.findIndex((f) => String(f.key) === e.target.closest('button')?.dataset.key);
    const to = e.key === 'Home' ? 0 : e.key === 'End' ? faces.length - 1 : (at + step + faces.length) % faces.length;
    this.onchoose(faces[to].key);
    this.focus(faces[to].key);
  }
}
