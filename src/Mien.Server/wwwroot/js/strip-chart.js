// The last minute of one face: a row an expression, all on one time axis.

import { h, icon, s, setText } from './dom.js';
import { names, percent } from './expressions.js';

const seconds = 60;
const bucketSeconds = 0.2;
const longestGap = 5; // seconds without a value over which the line goes on
const [width, height] = [600, 30];

/** The chart. Values are put in as they come and drawn a few times a second. */
export class StripChart {
  #points = [];
  #rows = new Map();

  constructor() {
    const rows = names.map((name) => {
      const area = s('path', { class: 'area' });
      const line = s('path', { class: 'line', 'vector-effect': 'non-scaling-stroke' });
      const value = h('span', { class: 'bar-value' });
      this.#rows.set(name, { area, line, value });
      const picture = s('svg', { class: 'strip', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', 'data-expression': name },
        s('path', { class: 'grid-lines', d: `M0 ${height / 2}H${width}${[150, 300, 450].map((x) => `M${x} 0V${height}`).join('')}`, 'vector-effect': 'non-scaling-stroke' }), area, line);
      return h('li', { class: `strip-row e-${name}` }, icon(`f-${name}`, 'glyph'), h('span', { class: 'bar-name' }, name), picture, value);
    });
    const marks = ['60 s ago', '45', '30', '15', 'now'].map((text) => h('span', null, text));
    this.element = h('div', { class: 'strip-chart' }, h('ul', { 'aria-label': 'Probabilities in the last minute, newest value at the end' }, ...rows), h('div', { class: 'strip-axis', 'aria-hidden': 'true' }, ...marks));
  }

  /** Forgets everything, as for another face. */
  clear() {
    this.#points = [];
  }

  /** Takes the probabilities at a time in milliseconds; null where the face was not there. */
  add(time, probabilities) {
    const bucket = Math.floor(time / (bucketSeconds * 1000));
    const last = this.#points.at(-1);
    if (last?.bucket === bucket) {
      last.probabilities = probabilities ?? last.probabilities;
    } else {
      this.#points.push({ bucket, probabilities });
      const oldest = bucket - Math.ceil(seconds / bucketSeconds);
      while (this.#points[0].bucket < oldest) {
        this.#points.shift();
      }
    }
  }

  /** Draws as of a time in milliseconds. */
  render(now) {
    const end = now / (bucketSeconds * 1000);
    const x = (bucket) => Math.max(0, width - ((end - bucket) * bucketSeconds * width) / seconds).toFixed(1);
    const runs = []; // one of a single value is drawn as a dot: a line without length has round ends
    for (const [i, point] of this.#points.entries()) {
      if (point.probabilities) {
        const previous = this.#points[i - 1];
        const follows = previous?.probabilities && (point.bucket - previous.bucket) * bucketSeconds < longestGap;
        if (!follows) {
          runs.push([]);
        }

        runs.at(-1).push([x(point.bucket), point.probabilities]);
      }
    }

    const latest = this.#points.at(-1)?.probabilities;
    for (const [name, { area, line, value }] of this.#rows) {
      const y = (p) => (height - 1 - ((p[name] ?? 0) * (height - 2))).toFixed(1);
      const lines = runs.map((run) => `M${(run.length > 1 ? run : [...run, ...run]).map(([at, p]) => `${at} ${y(p)}`).join('L')}`);
      line.setAttribute('d', lines.join(''));
      area.setAttribute('d', runs.map((run, i) => `${lines[i]}L${run.at(-1)[0]} ${height}L${run[0][0]} ${height}Z`).join(''));
      setText(value, latest ? percent(latest[name] ?? 0) : '–');
    }
  }
}
