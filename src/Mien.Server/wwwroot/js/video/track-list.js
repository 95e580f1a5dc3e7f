// The tracks of a video: one radio button per face that was followed over time.

import { clock, count, h, icon, setText, toggle } from '../dom.js';
import { sign, title } from '../labels.js';

const maxShown = 12;

/** The list. */
export class TrackList {
  #entries = new Map();

  /** onchoose gets the number of a track. */
  constructor({ onchoose }) {
    this.onchoose = onchoose;
    this.list = h('fieldset', { class: 'face-list' }, h('legend', { class: 'unseen' }, 'Choose a track'));
    this.more = h('p', { class: 'hint', hidden: true });
    this.element = h('div', { class: 'tracks' }, this.list, this.more);
  }

  /** Shows the tracks with the most frames, in the order of their numbers, and the chosen one in any case. */
  render(tracks, chosen) {
    const longest = [...tracks].sort((a, b) => b.frames - a.frames).slice(0, maxShown);
    const shown = tracks.filter((t) => longest.includes(t) || t.track === chosen);
    const numbers = new Set(shown.map((t) => t.track));
    for (const [number, { item }] of this.#entries) {
      if (!numbers.has(number)) {
        item.remove();
        this.#entries.delete(number);
      }
    }

    shown.forEach((track, i) => {
      const entry = this.#entries.get(track.track) ?? this.#add(track.track);
      this.#fill(entry, track, track.track === chosen);
      if (this.list.children[i + 1] !== entry.item) {
        this.list.insertBefore(entry.item, this.list.children[i + 1] ?? null); // the first child is the legend
      }
    });
    const others = tracks.length - shown.length;
    setText(this.more, others > 0 ? `${count(others, 'shorter track')} more, in the CSV file.` : '');
    toggle(this.more, others > 0);
    toggle(this.element, tracks.length > 0);
  }

  #add(number) {
    const input = h('input', {
      type: 'radio',
      name: 'track',
      value: number,
      class: 'unseen',
      onchange: () => this.onchoose(number),
    });
    const picture = h('img', { alt: '', class: 'pixels', hidden: true });
    const symbol = h('span', null);
    const times = h('span', null);
    const item = h(
      'label',
      { class: 'chip', 'data-track': number },
      input,
      picture,
      symbol,
      h('span', { class: 'chip-text' }, h('strong', null, `Track ${number}`), times),
    );
    const entry = { item, input, picture, symbol, times };
    this.#entries.set(number, entry);
    return entry;
  }

  #fill(entry, { track, from, to, face, crop }, isChosen) {
    const { label } = face.smoothed;
    entry.item.className = `chip e-${sign(label)}`;
    entry.input.checked = isChosen;
    entry.input.setAttribute('aria-label', `Track ${track}, from ${clock(from)} to ${clock(to)}: ${title(label)}`);
    setText(entry.times, `${clock(from)}–${clock(to)}`);
    toggle(entry.picture, Boolean(crop));
    toggle(entry.symbol, !crop);
    if (crop && entry.crop !== crop) {
      entry.crop = crop;
      entry.picture.src = crop;
    } else if (!crop && entry.label !== label) {
      entry.label = label;
      entry.symbol.replaceChildren(icon(`f-${sign(label)}`, 'glyph'));
    }
  }
}
