// The chart of the last minute of one face: one row per label on a common time axis.

import { h, icon, s, setText } from './dom.js';
import { labels, percent, sign } from './labels.js';

const seconds = 60;
const bucketSeconds = 0.2;
const maxGap = 5; // the line bridges gaps of up to this many seconds without a value
const [width, height] = [600, 30];

/** The chart. Values are added as they arrive and drawn a few times per second. */
export class StripChart {
  #points = [];
  #rows = new Map();

  constructor() {
    const marks = ['60 s ago', '45', '30', '15', 'now'].map((text) => h('span', null, text));
    this.list = h('ul', { 'aria-label': 'Probabilities in the last minute, newest value at the end' });
    this.element = h(
      'div',
      { class: 'strip-chart' },
      this.list,
      h('div', { class: 'strip-axis', 'aria-hidden': 'true' }, ...marks),
    );
  }

  /** Removes all values, for a new face. */
  clear() {
    this.#points = [];
  }

  /** Adds the scores at a time in milliseconds; null if the face was not visible. */
  add(time, scores) {
    const bucket = Math.floor(time / (bucketSeconds * 1000));
    const last = this.#points.at(-1);
    if (last?.bucket === bucket) {
      last.scores = scores ?? last.scores;
    } else {
      this.#points.push({ bucket, scores });
      const oldest = bucket - Math.ceil(seconds / bucketSeconds);
      while (this.#points[0].bucket < oldest) {
        this.#points.shift();
      }
    }
  }

  /** Draws the chart up to a time in milliseconds. */
  render(now) {
    const end = now / (bucketSeconds * 1000);
    const x = (bucket) => Math.max(0, width - ((end - bucket) * bucketSeconds * width) / seconds).toFixed(1);
    const runs = []; // a run of a single value becomes a line without length, whose round ends are drawn as a dot
    for (const [i, point] of this.#points.entries()) {
      if (point.scores) {
        const previous = this.#points[i - 1];
        const follows = previous?.scores && (point.bucket - previous.bucket) * bucketSeconds < maxGap;
        if (!follows) {
          runs.push([]);
        }

        runs.at(-1).push([x(point.bucket), point.scores]);
      }
    }

    const latest = this.#points.at(-1)?.scores;
    for (const label of labels()) {
      const { area, line, value } = this.#rows.get(label) ?? this.#addRow(label);
      const y = (p) => (height - 1 - (p[label] ?? 0) * (height - 2)).toFixed(1);
      const lines = runs.map((run) => {
        const points = run.length > 1 ? run : [...run, ...run];
        return `M${points.map(([at, p]) => `${at} ${y(p)}`).join('L')}`;
      });
      line.setAttribute('d', lines.join(''));
      const areas = runs.map((run, i) => `${lines[i]}L${run.at(-1)[0]} ${height}L${run[0][0]} ${height}Z`);
      area.setAttribute('d', areas.join(''));
      setText(value, latest ? percent(latest[label] ?? 0) : '–');
    }
  }

  #addRow(label) {
    const area = s('path', { class: 'area' });
    const line = s('path', { class: 'line', 'vector-effect': 'non-scaling-stroke' });
    const value = h('span', { class: 'bar-value' });
    const grid = `M0 ${height / 2}H${width}${[150, 300, 450].map((x) => `M${x} 0V${height}`).join('')}`;
    const box = { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none' };
    const picture = s(
      'svg',
      { class: 'strip', ...box, 'aria-hidden': 'true', 'data-label': label },
      s('path', { class: 'grid-lines', d: grid, 'vector-effect': 'non-scaling-stroke' }),
      area,
      line,
    );
    this.list.append(
      h(
        'li',
        { class: `strip-row e-${sign(label)}` },
        icon(`f-${sign(label)}`, 'glyph'),
        h('span', { class: 'bar-name' }, label),
        picture,
        value,
      ),
    );
    this.#rows.set(label, { area, line, value });
    return this.#rows.get(label);
  }
}
