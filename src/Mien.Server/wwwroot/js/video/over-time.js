// The card with the tracks of a video and the chart of one of them.

import { h } from '../dom.js';
import { TimeChart } from './time-chart.js';
import { TrackList } from './track-list.js';

/** The card. */
export class OverTime {
  #chart;
  #tracks;
  #drawn = {};
  #marked = [0, null];

  /** onseek gets a time in seconds; onchoose gets the number of a track. */
  constructor({ onseek, onchoose }) {
    this.#chart = new TimeChart({ onseek });
    this.#tracks = new TrackList({ onchoose });
    this.element = h(
      'div',
      { class: 'card' },
      h('h2', { class: 'card-title' }, 'Over time'),
      h(
        'p',
        { class: 'facts' },
        'Smoothed probabilities of the chosen track; the middle of each row is 50\u00a0%. Thin line: the face was ' +
          'not seen. Empty: not analysed. Dashed lines: cuts. Click or drag to seek.',
      ),
      this.#tracks.element,
      this.#chart.element,
    );
  }

  /** Prepares for a video of a duration in seconds. */
  reset(duration) {
    this.#drawn = {};
    this.#chart.duration = duration;
  }

  /** Marks a time, with the scores of the chosen track there or null. */
  mark(seconds, scores) {
    this.#marked = [seconds, scores];
    this.#chart.mark(seconds, scores);
  }

  /** Draws the results with the chosen track. What is drawn already is not drawn again. */
  render(results, chosen) {
    const { version } = results;
    if (this.#drawn.version === version && this.#drawn.chosen === chosen) {
      return;
    }

    this.#drawn = { version, chosen };
    this.#chart.render(results.frames, chosen);
    this.#chart.mark(...this.#marked); // the first time, there are rows only now
    this.#tracks.render(results.tracks(), chosen);
  }
}
