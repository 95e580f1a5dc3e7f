// The gallery of several photos: counts per label, thumbnails with boxes, and export of the results.

import { byId, count, h, icon, iconButton, s, setText, toggle } from './dom.js';
import { download, photosCsv, photosJson } from './export.js';
import { sign, summary, tally } from './labels.js';

const thumbnailSide = 480;

/** A small copy of a photo, since many photos at full size would exceed the memory of a phone. */
async function thumbnail(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, thumbnailSide / Math.max(bitmap.width, bitmap.height));
  const canvas = h('canvas', {
    width: Math.max(1, Math.round(bitmap.width * scale)),
    height: Math.max(1, Math.round(bitmap.height * scale)),
  });
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', 0.85);
  });
  return URL.createObjectURL(blob);
}

/** The gallery view. */
export class Gallery {
  #cards = new Map();
  #rows = new Map();
  #filter = null;
  #entries = [];

  /** onopen gets the entry to open; onadd adds photos; onclear removes all. */
  constructor({ onopen, onadd, onclear }) {
    this.onopen = onopen;
    this.view = byId('view-gallery');
    this.title = h('h1', { id: 'gallery-title', class: 'view-title', tabindex: '-1' });
    this.facts = h('p', { class: 'facts' });
    this.progress = h('progress', { 'aria-label': 'Processed photos', max: '1', value: '0' });
    this.counts = h('ul', { class: 'counts', 'aria-label': 'Faces per expression; choose one to filter photos' });
    this.grid = h('ul', { class: 'grid' });
    this.showing = h('p', { class: 'facts' });
    const finished = () => this.#entries.filter((e) => e.result || e.error);
    this.view.append(
      h(
        'div',
        { class: 'view-head' },
        h('div', { class: 'view-names' }, h('div', null, this.title, this.facts)),
        h(
          'div',
          { class: 'row' },
          iconButton('i-download', 'CSV', () => download('faces.csv', photosCsv(finished()), 'text/csv')),
          iconButton('i-download', 'JSON', () => download('faces.json', photosJson(finished()), 'application/json')),
          h('button', { type: 'button', class: 'button', onclick: onclear }, 'Clear'),
          iconButton('i-add', 'Add photos', onadd, 'button primary'),
        ),
      ),
      this.progress,
      h('div', { class: 'card' }, h('h2', { class: 'card-title' }, 'Faces per expression'), this.counts),
      this.showing,
      this.grid,
    );
  }

  /** Shows the current state of the entries. */
  render(entries) {
    this.#entries = entries;
    const done = entries.filter((e) => e.result || e.error);
    const failed = entries.filter((e) => e.error);
    const faces = done.flatMap((e) => e.result?.faces ?? []);
    setText(this.title, count(entries.length, 'photo'));
    const parts = [count(faces.length, 'face'), `${faces.filter((f) => f.uncertain).length} uncertain`];
    const none = done.filter((e) => e.result && e.result.faces.length === 0).length;
    parts.push(
      ...(none > 0 ? [`${none} without a face`] : []),
      ...(failed.length > 0 ? [`${failed.length} could not be read`] : []),
    );
    setText(
      this.facts,
      done.length < entries.length
        ? `${done.length} of ${entries.length} done · ${parts.join(' · ')}`
        : parts.join(' · '),
    );
    this.progress.max = entries.length || 1;
    this.progress.value = done.length;
    toggle(this.progress, done.length < entries.length);
    this.#renderCounts(faces);

    const known = new Set(entries);
    for (const [entry, card] of this.#cards) {
      if (!known.has(entry)) {
        card.item.remove();
        URL.revokeObjectURL(card.image.src);
        this.#cards.delete(entry);
      }
    }

    entries.forEach((e) => this.#card(e));
    this.#applyFilter();
  }

  /** Moves the keyboard to an entry's card. */
  focus(entry) {
    this.#cards.get(entry)?.button.focus();
  }

  #addRow(label) {
    const fill = h('span', { class: 'fill' });
    const sure = h('span', { class: 'fill sure' });
    const value = h('span', { class: 'bar-value' });
    const look = { type: 'button', class: `bar-row e-${sign(label)}`, 'aria-pressed': 'false' };
    const button = h(
      'button',
      { ...look, onclick: () => this.#toggleFilter(label) },
      icon(`f-${sign(label)}`, 'glyph'),
      h('span', { class: 'bar-name' }, label),
      h('span', { class: 'track', 'aria-hidden': 'true' }, fill, sure),
      value,
    );
    this.counts.append(h('li', null, button));
    const row = { button, fill, sure, value };
    this.#rows.set(label, row);
    return row;
  }

  #renderCounts(faces) {
    const counts = tally(faces);
    const most = Math.max(1, ...[...counts.values()].map((c) => c.all));
    for (const [name, { all, uncertain }] of counts) {
      const row = this.#rows.get(name) ?? this.#addRow(name);
      row.fill.style.width = `${(all / most) * 100}%`;
      row.sure.style.width = `${((all - uncertain) / most) * 100}%`;
      row.button.disabled = all === 0;
      setText(row.value, uncertain > 0 ? `${all}, ${uncertain} uncertain` : String(all));
    }
  }

  #toggleFilter(name) {
    this.#filter = this.#filter === name ? null : name;
    this.#applyFilter();
  }

  #applyFilter() {
    let shown = 0;
    for (const [entry, card] of this.#cards) {
      const isShown = !this.#filter || (entry.result?.faces.some((f) => f.label === this.#filter) ?? false);
      toggle(card.item, isShown);
      shown += isShown ? 1 : 0;
    }

    for (const [name, { button }] of this.#rows) {
      button.setAttribute('aria-pressed', String(name === this.#filter));
    }

    setText(
      this.showing,
      this.#filter
        ? `${count(shown, 'photo')} with ${this.#filter}. Choose it again to show all photos.`
        : 'Choose a photo to see its faces.',
    );
  }

  #card(entry) {
    let card = this.#cards.get(entry);
    if (!card) {
      const image = h('img', { alt: '' });
      const boxes = s('svg', { class: 'boxes', 'aria-hidden': 'true', preserveAspectRatio: 'xMidYMid meet' });
      const text = h('span', { class: 'thumb-text' });
      const button = h(
        'button',
        { type: 'button', class: 'thumb', onclick: () => this.onopen(entry) },
        h('span', { class: 'thumb-picture' }, image, boxes, icon('i-photo', 'glyph')),
        h('span', { class: 'thumb-name' }, entry.name),
        text,
      );
      card = { item: h('li', null, button), button, image, boxes, text };
      this.#cards.set(entry, card);
      this.grid.append(card.item);
      thumbnail(entry.file).then(
        (url) => {
          image.src = url;
        },
        () => card.button.classList.add('unreadable'),
      );
    }

    if (card.drawn === (entry.result ?? entry.error)) {
      return;
    }

    card.drawn = entry.result ?? entry.error;
    const { result, error } = entry;
    card.button.classList.toggle('failed', Boolean(error));
    setText(
      card.text,
      error
        ? `${error.message} ${error.advice}`
        : !result
          ? 'Detecting faces…'
          : result.faces.length === 0
            ? 'no face'
            : summary(result.faces),
    );
    if (result) {
      card.boxes.setAttribute('viewBox', `0 0 ${result.width} ${result.height}`);
      const edge = Math.max(result.width, result.height) * 0.015; // so that frames at the image's edge are not cut off
      card.boxes.replaceChildren(
        ...result.faces.flatMap((f) => {
          const [x, y] = [Math.max(f.box.x, edge), Math.max(f.box.y, edge)];
          const [right, bottom] = [
            Math.min(f.box.x + f.box.width, result.width - edge),
            Math.min(f.box.y + f.box.height, result.height - edge),
          ];
          const rect = (className) =>
            s('rect', {
              class: className,
              x,
              y,
              width: Math.max(1, right - x),
              height: Math.max(1, bottom - y),
              rx: f.box.width * 0.04,
            });
          return [rect('under'), rect(`e-${sign(f.label)}${f.uncertain ? ' uncertain' : ''}`)];
        }),
      );
    }
  }
}
