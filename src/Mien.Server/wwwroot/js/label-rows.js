// The rows of a chart over time, one per label: symbol, name, curve and value.

import { h, icon, s, setText } from './dom.js';
import { labels, percent, sign } from './labels.js';

export const rowWidth = 600;
const height = 30;

/** The rows, in units of rowWidth × 30 per curve. */
export class LabelRows {
  #rows = new Map();

  /** name is for screen readers; marks are the positions of vertical lines. */
  constructor(name, marks) {
    this.marks = marks;
    this.element = h('ul', { 'aria-label': name });
  }

  /** Draws runs, each a list of [x, scores]. Between runs the curve has a gap. */
  render(runs) {
    for (const label of labels()) {
      const { area, line } = this.#rows.get(label) ?? this.#add(label);
      const y = (p) => (height - 1 - (p[label] ?? 0) * (height - 2)).toFixed(1);
      const lines = runs.map((run) => {
        // A run of a single value becomes a line without length, whose round ends are drawn as a dot.
        const points = run.length > 1 ? run : [...run, ...run];
        return `M${points.map(([x, p]) => `${x} ${y(p)}`).join('L')}`;
      });
      line.setAttribute('d', lines.join(''));
      const areas = runs.map((run, i) => `${lines[i]}L${run.at(-1)[0]} ${height}L${run[0][0]} ${height}Z`);
      area.setAttribute('d', areas.join(''));
    }
  }

  /** Shows scores as numbers; null if there are none. */
  showValues(scores) {
    for (const [label, { value }] of this.#rows) {
      setText(value, scores ? percent(scores[label] ?? 0) : '–');
    }
  }

  #add(label) {
    const area = s('path', { class: 'area' });
    const line = s('path', { class: 'line', 'vector-effect': 'non-scaling-stroke' });
    const value = h('span', { class: 'bar-value' });
    const grid = `M0 ${height / 2}H${rowWidth}${this.marks.map((x) => `M${x} 0V${height}`).join('')}`;
    const box = { viewBox: `0 0 ${rowWidth} ${height}`, preserveAspectRatio: 'none' };
    const picture = s(
      'svg',
      { class: 'strip', ...box, 'aria-hidden': 'true', 'data-label': label },
      s('path', { class: 'grid-lines', d: grid, 'vector-effect': 'non-scaling-stroke' }),
      area,
      line,
    );
    this.element.append(
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
