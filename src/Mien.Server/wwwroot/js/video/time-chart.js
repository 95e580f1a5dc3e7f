// The chart of one track over a whole video: the label, and one row per label with its probability.

import { clock, h, icon, s } from '../dom.js';
import { LabelRows, rowWidth } from '../label-rows.js';
import { sign } from '../labels.js';

const maxGap = 5; // seconds without an analysed frame that the curve bridges
const maxJoin = 1; // the same between two parts that were analysed at different times
const [laneHeight, lineHeight] = [14, 1.5];
const minMark = 2; // units of the lane, so that a single frame is visible

/** Where consecutive frames have the same name: [from, to, name]. A frame lasts until the next one. */
function parts(frames, name) {
  const found = [];
  for (const [i, frame] of frames.entries()) {
    const pause = (frames[i + 1]?.time ?? Number.POSITIVE_INFINITY) - frame.time;
    const isLast = pause > (frames[i + 1]?.run === frame.run ? maxGap : maxJoin);
    const end = isLast ? frame.time : frames[i + 1].time;
    const here = name(frame);
    const last = found.at(-1);
    if (last && last[1] === frame.time && last[2] === here) {
      last[1] = end;
    } else {
      found.push([frame.time, end, here]);
    }
  }

  return found;
}

/** The chart. A click or a drag in it seeks. */
export class TimeChart {
  #rows = new LabelRows('Probabilities over the whole video', [150, 300, 450]);
  #duration = 1;
  #pointer = null;

  /** onseek gets a time in seconds. */
  constructor({ onseek }) {
    this.onseek = onseek;
    this.lane = s('svg', {
      class: 'lane',
      viewBox: `0 0 ${rowWidth} ${laneHeight}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    });
    this.cuts = s('path', { class: 'cuts', 'vector-effect': 'non-scaling-stroke' });
    this.cursor = h('div', { class: 'time-cursor' });
    // Seeking by keys is the work of the slider below the video.
    this.surface = h(
      'div',
      {
        class: 'time-surface',
        'aria-hidden': 'true',
        onpointerdown: (e) => this.#press(e),
        onpointermove: (e) => this.#drag(e),
        onpointerup: () => this.#release(),
        onpointercancel: () => this.#release(),
      },
      s('svg', { viewBox: `0 0 ${rowWidth} 1`, preserveAspectRatio: 'none' }, this.cuts),
      this.cursor,
    );
    this.axis = h('div', { class: 'strip-axis', 'aria-hidden': 'true' });
    this.element = h(
      'div',
      { class: 'strip-chart time-chart' },
      h(
        'div',
        { class: 'time-plot' },
        h(
          'div',
          { class: 'strip-row', 'aria-hidden': 'true' },
          icon('i-face', 'glyph'),
          h('span', { class: 'bar-name' }, 'label'),
          this.lane,
          h('span', { class: 'bar-value' }),
        ),
        this.#rows.element,
        this.surface,
      ),
      this.axis,
    );
  }

  /** Sets the duration of the video in seconds. */
  set duration(seconds) {
    this.#duration = Math.max(seconds, 1e-3);
    const digits = seconds < 20 ? 1 : 0;
    this.axis.replaceChildren(
      ...[0, 0.25, 0.5, 0.75, 1].map((share) => h('span', null, clock(share * seconds, digits))),
    );
  }

  /** Marks a time, with the scores there or null. */
  mark(seconds, scores) {
    this.#rows.showValues(scores);
    this.cursor.style.left = `${(100 * Math.min(1, seconds / this.#duration)).toFixed(3)}%`;
  }

  /** Draws the analysed frames with one of the tracks. */
  render(frames, track) {
    const runs = [];
    let last = null; // of the run
    for (const frame of frames) {
      const face = frame.faces.find((f) => f.track === track);
      if (!face) {
        last = null;
        continue;
      }

      const x = this.#x(frame.time);
      const point = runs.at(-1)?.at(-1);
      if (!last || frame.time - last.time > maxGap) {
        runs.push([[x.toFixed(1), face.smoothed.scores]]);
      } else if (Math.floor(x) === Math.floor(this.#x(last.time)) && runs.at(-1).length > 1) {
        point[1] = face.smoothed.scores; // one point per unit is enough
        point[0] = x.toFixed(1);
      } else {
        runs.at(-1).push([x.toFixed(1), face.smoothed.scores]);
      }

      last = frame;
    }

    this.#rows.render(runs);
    this.#drawLane(frames, track);
    const cuts = frames.filter((f) => f.cut).map((f) => `M${this.#x(f.time).toFixed(1)} 0V1`);
    this.cuts.setAttribute('d', cuts.join(''));
  }

  #x(time) {
    return (rowWidth * Math.min(time, this.#duration)) / this.#duration;
  }

  // A colour per label where the track is, lighter if uncertain; a thin line where it was not seen.
  #drawLane(frames, track) {
    const name = ({ faces }) => {
      const face = faces.find((f) => f.track === track)?.smoothed;
      return face ? `seen-face e-${sign(face.label)}${face.uncertain ? ' uncertain' : ''}` : 'unseen-face';
    };
    const marks = parts(frames, name).map(([from, to, className]) => {
      const x = Math.min(this.#x(from), rowWidth - minMark);
      const width = Math.max(minMark, this.#x(to) - x).toFixed(1);
      const height = className === 'unseen-face' ? lineHeight : laneHeight - 2;
      return s('rect', { class: className, x: x.toFixed(1), width, y: (laneHeight - height) / 2, height });
    });
    this.lane.replaceChildren(...marks);
  }

  #press(e) {
    if (e.button === 0) {
      this.#pointer = e.pointerId;
      this.surface.setPointerCapture(e.pointerId);
      this.#seek(e);
    }
  }

  #drag(e) {
    if (e.pointerId === this.#pointer) {
      this.#seek(e);
    }
  }

  #release() {
    this.#pointer = null;
  }

  #seek(e) {
    const { left, width } = this.surface.getBoundingClientRect();
    this.onseek(Math.min(1, Math.max(0, (e.clientX - left) / width)) * this.#duration);
  }
}
