// The view of one photo: boxes, a list of the faces, and the panel of the chosen face.

import { photoError, recognize } from './api.js';
import { announce, byId, count, h, icon, iconButton, setText, toggle } from './dom.js';
import { download, photosCsv, photosJson } from './export.js';
import { percent, sign, spoken, summary, title } from './labels.js';
import { FaceOverlay } from './face-overlay.js';
import { FacePanel } from './face-panel.js';

/** The query parameters for what a user chose for a photo. */
const wanted = ({ thorough, head }) => ({ ...(thorough ? { tiles: 'all' } : {}), ...(head ? { head } : {}) });

const labelSets = {
  blend: 'both label sets (everyday photos)',
  ferplus: 'FER+ (what people see)',
  fer2013: 'FER2013 (posed faces)',
};

/** The view of one photo. */
export class PhotoView {
  #overlay = new FaceOverlay((key) => this.choose(key));
  #panel = new FacePanel({ onstep: (step) => this.#step(step) });
  #entry = null;
  #chosen = 0;
  #explaining = null;

  /** onback returns to the gallery; onadd adds a photo; onstep moves to the next or previous photo of the gallery. */
  constructor({ onback, onadd, onstep }) {
    this.view = byId('view-photo');
    this.title = h('h1', { id: 'photo-title', class: 'view-title', tabindex: '-1' });
    this.facts = h('p', { class: 'facts' });
    this.image = h('img', { class: 'photo', alt: '' });
    this.frame = h('div', { class: 'frame' }, this.image, this.#overlay.element);
    this.noPicture = h(
      'div',
      { class: 'no-picture', hidden: true },
      icon('i-photo'),
      h('p', null, 'This file cannot be shown.'),
    );
    this.stage = h('div', { class: 'stage' }, this.frame, this.noPicture);
    this.list = h('fieldset', { class: 'face-list' }, h('legend', { class: 'unseen' }, 'Choose a face'));
    this.message = h('div', { class: 'empty' });
    this.back = iconButton('i-back', 'All photos', onback, 'button quiet');
    this.neighbours = h(
      'div',
      { class: 'steps' },
      h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Previous photo', onclick: () => onstep(-1) },
        icon('i-back'),
      ),
      h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Next photo', onclick: () => onstep(1) },
        icon('i-next'),
      ),
    );
    this.files = h(
      'div',
      { class: 'row' },
      iconButton('i-download', 'CSV', () => download(`${this.#entry.name}.csv`, photosCsv([this.#entry]), 'text/csv')),
      iconButton('i-download', 'JSON', () =>
        download(`${this.#entry.name}.json`, photosJson([this.#entry]), 'application/json'),
      ),
    );
    this.note = h('p', { class: 'hint' });
    this.hint = h(
      'p',
      { class: 'hint' },
      'Choose a face by clicking, or with Tab and the arrow keys. A dashed frame and “?” mark uncertain results.',
    );
    this.closer = h(
      'p',
      { class: 'hint' },
      'Is a face missing? ',
      h(
        'button',
        { type: 'button', class: 'button quiet', onclick: () => this.#again(this.#entry) },
        'Find small faces',
      ),
    );
    this.head = h('select', { id: 'head', onchange: () => this.#again(this.#entry, { head: this.head.value }) });
    this.labelSet = h('p', { class: 'hint', hidden: true }, h('label', { for: 'head' }, 'Labels: '), this.head);
    this.view.append(
      h(
        'div',
        { class: 'view-head' },
        h('div', { class: 'view-names' }, this.back, h('div', null, this.title, this.facts)),
        h(
          'div',
          { class: 'row' },
          this.neighbours,
          this.files,
          iconButton('i-add', 'Another photo', onadd, 'button primary'),
        ),
      ),
      h(
        'div',
        { class: 'columns' },
        h('div', { class: 'column-main' }, this.stage, this.list, this.note, this.hint, this.closer, this.labelSet),
        h('div', { class: 'column-side' }, this.#panel.element, this.message),
      ),
    );
    new ResizeObserver(() => this.#fit()).observe(this.stage);
    this.image.addEventListener('load', () => {
      this.#shown(true);
      this.#fit();
    });
    this.image.addEventListener('error', () => this.#shown(false));
  }

  /** Offers the heads of the model, none for a model with one head. */
  offer(heads) {
    this.head.replaceChildren(...heads.map((name) => h('option', { value: name }, labelSets[name] ?? name)));
    toggle(this.labelSet, heads.length > 0 && Boolean(this.#entry?.result?.head));
    this.head.value = this.#entry?.result?.head ?? heads[0];
  }

  /** Shows an entry, processed or not: { name, file, url, result, error, milliseconds }. */
  show(entry, { inGallery, focus }) {
    const isOther = this.#entry !== entry;
    if (isOther) {
      this.#explaining?.abort();
      this.#explaining = null;
      this.#entry = entry;
      this.#chosen = 0;
      this.image.src = entry.url;
    }

    toggle(this.back, inGallery);
    toggle(this.neighbours, inGallery);
    setText(this.title, entry.name);
    this.image.alt = `The photo ${entry.name}`;
    this.view.setAttribute('aria-busy', String(!entry.result && !entry.error));
    this.stage.classList.toggle('busy', !entry.result && !entry.error);
    const faces = entry.result?.faces ?? [];
    toggle(this.files, Boolean(entry.result));
    setText(this.note, entry.note ?? '');
    toggle(this.note, Boolean(entry.note && entry.result));
    toggle(this.hint, faces.length > 1);
    toggle(this.closer, faces.length > 0 && !entry.thorough && !entry.result.isFaceCrop);
    toggle(this.labelSet, faces.length > 0 && this.head.options.length > 0 && Boolean(entry.result.head));
    this.head.value = entry.result?.head ?? this.head.options[0]?.value;
    this.#message(entry);
    this.#facts(entry);
    this.#faces();
    this.#fit();
    if (faces.length > 0) {
      this.#explain(entry);
    }

    if (focus) {
      this.title.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    }
  }

  /** Chooses a face by its key, which is its index in the result. */
  choose(key) {
    this.#chosen = Number(key);
    this.#faces();
  }

  #shown(isPicture) {
    toggle(this.frame, isPicture);
    toggle(this.noPicture, !isPicture);
    this.stage.classList.toggle('unreadable', !isPicture);
  }

  get #keyed() {
    return (this.#entry?.result?.faces ?? []).map((f, i) => ({ ...f, key: i, number: i + 1 }));
  }

  #step(step) {
    const total = this.#entry.result.faces.length;
    this.choose((this.#chosen + step + total) % total);
    const face = this.#entry.result.faces[this.#chosen];
    announce(`Face ${this.#chosen + 1} of ${total}: ${spoken(face)}`);
  }

  #facts(entry) {
    const { result } = entry;
    const parts = result
      ? [
          `${result.width}×${result.height} pixels`,
          result.isFaceCrop ? 'treated as one face crop' : count(result.faces.length, 'face'),
          `response in ${Math.round(entry.milliseconds)}\u00a0ms`,
        ]
      : [entry.error ? 'could not be read' : 'Detecting faces…'];
    setText(this.facts, parts.join(' · '));
  }

  #message(entry) {
    const { result, error } = entry;
    const hasFaces = (result?.faces.length ?? 0) > 0;
    toggle(this.#panel.element, hasFaces);
    toggle(this.message, !hasFaces);
    if (error) {
      this.message.replaceChildren(
        h('h2', null, error.title),
        h('p', null, error.message),
        error.advice ? h('p', null, error.advice) : '',
      );
    } else if (result) {
      this.message.replaceChildren(
        h('h2', null, 'No face was found'),
        h(
          'p',
          null,
          'Faces that are in profile, covered, upside down or very small can be missed. ' +
            'Try a photo with a larger face that looks at the camera.',
        ),
        entry.thorough
          ? ''
          : h('button', { type: 'button', class: 'button', onclick: () => this.#again(entry) }, 'Find small faces'),
        entry.thorough ? '' : h('p', { class: 'hint' }, 'Takes longer: the detector also runs on parts of the photo.'),
      );
    } else {
      this.message.replaceChildren(h('p', { class: 'waiting-text' }, 'Detecting faces…'));
    }
  }

  /** Recognizes a photo again, with tiling or another head. */
  async #again(entry, changed = { thorough: true }) {
    this.stage.classList.add('busy');
    this.#explaining?.abort(); // its heat maps belong to the faces of the first detection
    const asked = { thorough: entry.thorough, head: entry.head, ...changed };
    entry.asked = asked;
    let answer;
    try {
      answer = await recognize(entry.file, { crops: 'true', ...wanted(asked) });
    } catch (e) {
      answer = { error: photoError(e, entry.file) };
    }

    if (entry.asked !== asked) {
      return; // another request followed
    }

    Object.assign(entry, answer);
    if (!answer.error) {
      Object.assign(entry, asked, { heat: undefined, error: null });
      if (changed.thorough) {
        entry.note = undefined;
        this.#chosen = this.#entry === entry ? 0 : this.#chosen;
      }
    }

    announce(
      entry.error
        ? entry.error.message
        : entry.result.faces.length === 0
          ? 'Still no face was found.'
          : `${count(entry.result.faces.length, 'face')}: ${summary(entry.result.faces)}`,
    );
    if (this.#entry === entry) {
      this.show(entry, { inGallery: !this.back.hidden, focus: Boolean(changed.thorough) });
    }
  }

  #faces() {
    const faces = this.#keyed;
    const { result } = this.#entry;
    if (result) {
      this.#overlay.update(faces, { width: result.width, height: result.height, chosen: this.#chosen });
    } else {
      this.#overlay.update([], { width: 1, height: 1 });
    }

    toggle(this.list, faces.length > 1);
    this.#chips(faces);
    const face = faces[this.#chosen];
    if (face) {
      const heat = face.explanation ? 'done' : (this.#entry.heat ?? 'none');
      this.#panel.render(face, { number: face.number, total: faces.length, heat });
    }
  }

  #chips(faces) {
    const chips = [...this.list.querySelectorAll('label')];
    if (this.list.entry !== this.#entry || chips.length !== faces.length) {
      chips.forEach((c) => c.remove());
      this.list.append(...faces.map((f) => this.#chip(f)));
      this.list.entry = this.#entry;
    }

    this.list.querySelectorAll('input').forEach((input, i) => {
      input.checked = i === this.#chosen;
    });
  }

  #chip(face) {
    const input = h('input', {
      type: 'radio',
      name: 'face',
      value: face.key,
      class: 'unseen',
      'aria-label': `Face ${face.number}: ${spoken(face)}`,
      onchange: () => this.choose(face.key),
    });
    return h(
      'label',
      { class: `chip e-${sign(face.label)}${face.uncertain ? ' uncertain' : ''}` },
      input,
      face.crop ? h('img', { src: face.crop, alt: '', class: 'pixels' }) : icon(`f-${sign(face.label)}`, 'glyph'),
      h(
        'span',
        { class: 'chip-text' },
        h('strong', null, title(face.label), face.uncertain ? '?' : ''),
        h('span', null, percent(face.confidence)),
      ),
    );
  }

  // Heat maps take several more runs of the network, so the result is shown first and they are requested afterwards.
  async #explain(entry) {
    if (entry.heat) {
      return;
    }

    entry.heat = 'wait';
    const { result } = entry;
    const abort = new AbortController();
    this.#explaining = abort;
    try {
      const query = { crops: 'true', explain: 'true', ...wanted(entry) };
      const { result: explained } = await recognize(entry.file, query, abort.signal);
      explained.faces.forEach((f, i) => {
        if (result.faces[i]) {
          result.faces[i].explanation = f.explanation;
        }
      });
      entry.heat = entry.result === result ? 'done' : entry.heat;
    } catch (e) {
      entry.heat = entry.result !== result ? entry.heat : e.name === 'AbortError' ? undefined : 'none';
    }

    if (this.#entry === entry) {
      this.#faces();
    }
  }

  /** Scales the photo to the available space; small images at most sixfold. */
  #fit() {
    const entry = this.#entry;
    const width = entry?.result?.width ?? this.image.naturalWidth;
    const height = entry?.result?.height ?? this.image.naturalHeight;
    if (!entry || !width || !height || this.stage.clientWidth === 0) {
      return;
    }

    const room = Math.min(Math.max(innerHeight * 0.68, 300), 820);
    const scale = Math.min(
      this.stage.clientWidth / width,
      room / height,
      Math.max(1, Math.min(6, 384 / Math.max(width, height))),
    );
    this.frame.style.width = `${Math.round(width * scale)}px`;
    this.frame.style.height = `${Math.round(height * scale)}px`;
    this.#overlay.layout();
  }
}
