// The chart of the last minute of one face: one row per label on a common time axis.

import { h } from './dom.js';
import { LabelRows, rowWidth } from './label-rows.js';

const seconds = 60;
const bucketSeconds = 0.2;
const maxGap = 5; // the line bridges gaps of up to this many seconds without a value

/** The chart. Values are added as they arrive and drawn a few times per second. */
export class StripChart {
  #points = [];
  #rows = new LabelRows('Probabilities in the last minute, newest value at the end', [150, 300, 450]);

  constructor() {
    const marks = ['60 s ago', '45', '30', '15', 'now'].map((text) => h('span', null, text));
    this.element = h(
      'div',
      { class: 'strip-chart' },
      this.#rows.element,
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
    const x = (bucket) => Math.max(0, rowWidth - ((end - bucket) * bucketSeconds * rowWidth) / seconds).toFixed(1);
    const runs = [];
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

    this.#rows.render(runs);
    this.#rows.showValues(this.#points.at(-1)?.scores ?? null);
  }
}
