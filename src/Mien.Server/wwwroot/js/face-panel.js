// The panel of one face: predicted label, class probabilities, face crop, heat map and details.

import { h, icon, setText, toggle } from './dom.js';
import { doubt, labels, meaning, percent, sign, title } from './labels.js';

const methods = {
  occlusion: 'occlusion map: parts of the face are covered one by one',
  classActivationMap: 'class activation map: from the last features of the network',
};

/** The class probabilities, one bar per label. */
class Bars {
  #rows = new Map();

  constructor() {
    this.element = h('ul', { class: 'bars' });
  }

  render(face) {
    for (const label of labels(face)) {
      const { row, fill, value } = this.#rows.get(label) ?? this.#add(label);
      const share = face.scores[label] ?? 0;
      fill.style.width = `${(share * 100).toFixed(2)}%`;
      setText(value, percent(share, 1));
      row.classList.toggle('top', label === face.label);
    }
  }

  #add(label) {
    const fill = h('span', { class: 'fill' });
    const value = h('span', { class: 'bar-value' });
    const row = h(
      'li',
      { class: `bar-row e-${sign(label)}`, 'data-label': label },
      icon(`f-${sign(label)}`, 'glyph'),
      h('span', { class: 'bar-name' }, label),
      h('span', { class: 'track', 'aria-hidden': 'true' }, fill),
      value,
    );
    this.#rows.set(label, { row, fill, value });
    this.element.append(row);
    return this.#rows.get(label);
  }
}

/** The panel next to an image. */
export class FacePanel {
  #bars = new Bars();
  #parts;

  /** live: for a camera, whose faces change too fast for a heat map and details. */
  constructor({ live = false, onstep = null } = {}) {
    const part = (className, tag = 'p') => h(tag, { class: className });
    this.#parts = {
      number: part('panel-number'),
      glyph: h('span', { class: 'panel-glyph', 'aria-hidden': 'true' }),
      name: h('span', { class: 'panel-name' }),
      share: h('span', { class: 'panel-share' }),
      badge: h('span', { class: 'badge' }),
      meaning: part('panel-meaning'),
      crop: h('img', { alt: '', class: 'pixels' }),
      cropText: h('figcaption', null),
      heat: h('img', { alt: '' }),
      heatBox: h('div', { class: 'heat-box' }),
      heatText: h('figcaption', null),
      details: h('dl', { class: 'details' }),
    };
    const p = this.#parts;
    p.crop.addEventListener('load', () =>
      setText(
        p.cropText,
        `Input of the network: the face crop, ${p.crop.naturalWidth}×${p.crop.naturalHeight} pixels`,
      ),
    );
    p.heatBox.append(p.heat, h('span', { class: 'heat-wait' }));
    this.previous =
      onstep &&
      h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Previous face', onclick: () => onstep(-1) },
        icon('i-back'),
      );
    this.next =
      onstep &&
      h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Next face', onclick: () => onstep(1) },
        icon('i-next'),
      );
    p.pictures = h(
      'div',
      { class: 'pictures' },
      h('figure', null, h('div', { class: 'crop-box' }, p.crop), p.cropText),
      h('figure', null, p.heatBox, p.heatText),
    );
    this.element = h(
      'section',
      { class: 'panel', 'aria-label': 'The chosen face' },
      h(
        'div',
        { class: 'panel-head' },
        p.number,
        p.badge,
        onstep && h('div', { class: 'steps' }, this.previous, this.next),
      ),
      h('h2', { class: 'panel-title' }, p.glyph, p.name, p.share),
      p.meaning,
      h('h3', { class: 'bars-title' }, 'Probabilities ', h('span', null, '· sum 100\u00a0%')),
      this.#bars.element,
      p.pictures,
      live ? null : h('details', { class: 'more' }, h('summary', null, 'Details'), p.details),
    );
    this.live = live;
  }

  /**
   * Shows face `number` of `total`, or the face with this name. heat is the state of the heat map: 'none', 'wait' or
   * 'done'.
   */
  render(face, { name = '', number = 0, total, heat = 'none' }) {
    const p = this.#parts;
    setText(p.number, name || (total === 1 ? 'The only face' : `Face ${number} of ${total}`));
    if (p.glyph.dataset.name !== face.label) {
      p.glyph.dataset.name = face.label;
      p.glyph.className = `panel-glyph e-${sign(face.label)}`;
      p.glyph.replaceChildren(icon(`f-${sign(face.label)}`));
    }

    setText(p.name, title(face.label));
    setText(p.share, percent(face.confidence));
    setText(p.badge, doubt(face));
    toggle(p.badge, face.uncertain);
    setText(p.meaning, meaning(face, this.live));
    this.#bars.render(face);
    if (this.previous) {
      toggle(this.previous.parentElement, total > 1);
    }

    this.#pictures(face, heat);
    if (!this.live) {
      this.#details(face);
    }
  }

  #pictures(face, heat) {
    const p = this.#parts;
    const [cropFigure, heatFigure] = p.pictures.children;
    toggle(cropFigure, Boolean(face.crop));
    if (face.crop) {
      p.crop.src = face.crop;
      p.crop.alt = 'The face crop in grayscale';
    }

    const explanation = face.explanation;
    toggle(heatFigure, Boolean(explanation) || heat === 'wait');
    p.heatBox.classList.toggle('waiting', !explanation);
    toggle(p.heat, Boolean(explanation));
    if (explanation) {
      p.heat.src = explanation.image;
      p.heat.alt =
        `Heat map of the face crop: regions that support ${explanation.label} or oppose it`;
      setText(p.heatText, `Regions that support “${explanation.label}” (red to yellow) or oppose it (blue)`);
    } else {
      setText(p.heatText, 'Computing the heat map…');
    }

    toggle(p.pictures, !cropFigure.hidden || !heatFigure.hidden);
  }

  #details(face) {
    const round = (x) => Math.round(x);
    const rows = [
      ['Size', `${round(face.box.width)}×${round(face.box.height)} pixels`],
      ['Upper left corner', `${round(face.box.x)}, ${round(face.box.y)}`],
      [
        'Rotation',
        Math.abs(face.roll) < 0.5
          ? '0°'
          : `${Math.abs(face.roll).toFixed(0)}° ${face.roll < 0 ? 'counterclockwise' : 'clockwise'}`,
      ],
      face.detectionScore === undefined ? null : ['Detection score', face.detectionScore.toFixed(2)],
      face.explanation?.method ? ['Heat map', methods[face.explanation.method] ?? face.explanation.method] : null,
    ];
    this.#parts.details.replaceChildren(
      ...rows.filter(Boolean).flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
    );
  }
}
