// The results of the frames of a video: which frame is analysed, with which faces and tracks.

import { tolerance } from './frame-seeker.js';

const maxPause = 0.5; // seconds between two frames of a playing video, between which nothing is left to analyse
const maxMove = 2; // seconds in which a box moves evenly from one frame to the next

const between = (a, b, share) => a + (b - a) * share;

/**
 * The analysed frames in the order of their times: { time, run, cut, width, height, head, faces }. A run is a part that
 * was analysed without a seek; its last member is the time of its latest frame.
 */
export class VideoResults {
  frames = [];
  version = 0; // changes with every frame
  #crops = new Map(); // track → { crop, isUncertain }: a picture of its face
  #track = 0;

  /** Removes everything. */
  clear() {
    this.frames = [];
    this.version++;
    this.#crops.clear();
    this.#track = 0;
  }

  /**
   * Begins a run. ids has the tracks of a connection, by the server's numbers; it is filled here. isWhole: every frame
   * that is wanted is analysed, so that nothing is left between two frames.
   */
  begin(ids, { isWhole = false } = {}) {
    return { ids, isWhole, last: null };
  }

  /** Adds the server's answer for the frame at a time. Boxes become those in a video of width × height. */
  add(run, time, answer, { width, height }) {
    const scale = width / answer.width;
    const frame = {
      time,
      run,
      cut: Boolean(answer.cut),
      width,
      height,
      head: answer.head,
      faces: answer.faces.map((face) => this.#face(face, run, scale)),
    };
    const from = run.last !== null && this.#follows(run, run.last, time) ? run.last : time - tolerance;
    const first = this.#after(from + tolerance);
    const removed = this.#after(time + tolerance) - first;
    this.frames.splice(first, removed, frame); // what was here before is replaced
    run.last = time;
    this.version++;
    return frame;
  }

  /** Whether the frame at a time needs no analysis. */
  covers(time) {
    const index = this.#after(time + tolerance);
    const [before, after] = [this.frames[index - 1], this.frames[index]];
    if (!before) {
      return false;
    }

    if (time - before.time <= tolerance) {
      return true;
    }

    return after?.run === before.run
      ? this.#follows(before.run, before.time, after.time)
      : Boolean(before.run.isComplete && before.time === before.run.last);
  }

  /**
   * The result for the frame at a time: { frame, faces, isExact }. Between two analysed frames the boxes are in
   * between. Null if there is no result of the last second.
   */
  at(time) {
    const index = this.#after(time + tolerance);
    const [frame, next] = [this.frames[index - 1], this.frames[index]];
    if (!frame || (time - frame.time > 1 && !this.covers(time))) {
      return null;
    }

    const isExact = time - frame.time <= tolerance;
    const isMoving = next && next.run === frame.run && !next.cut && next.time - frame.time <= maxMove;
    const share = isMoving ? (time - frame.time) / (next.time - frame.time) : 0;
    const faces = isExact || !isMoving ? frame.faces : frame.faces.map((f) => this.#moved(f, next, share));
    return { frame, faces, isExact };
  }

  /** The tracks in the order of their numbers: { track, from, to, frames, crop, face }; face is the last one. */
  tracks() {
    const tracks = new Map();
    for (const { time, faces } of this.frames) {
      for (const face of faces) {
        const known = tracks.get(face.track);
        if (known) {
          known.to = time;
          known.frames++;
          known.face = face;
        } else {
          const { crop } = this.#crops.get(face.track) ?? {};
          tracks.set(face.track, { track: face.track, from: time, to: time, frames: 1, face, crop });
        }
      }
    }

    return [...tracks.values()].sort((a, b) => a.track - b.track);
  }

  #face({ id, crop, box, ...face }, run, scale) {
    if (!run.ids.has(id)) {
      run.ids.set(id, ++this.#track);
    }

    const track = run.ids.get(id);
    const known = this.#crops.get(track);
    if (crop && (!known || (known.isUncertain && !face.uncertain))) {
      this.#crops.set(track, { crop, isUncertain: face.uncertain });
    }

    const [x, y, width, height] = [box.x, box.y, box.width, box.height].map((v) => v * scale);
    return { ...face, track, box: { x, y, width, height } };
  }

  #moved(face, next, share) {
    const then = next.faces.find((f) => f.track === face.track);
    if (!then) {
      return face;
    }

    const part = (name) => between(face.box[name], then.box[name], share);
    return { ...face, box: { x: part('x'), y: part('y'), width: part('width'), height: part('height') } };
  }

  #follows(run, before, time) {
    return time >= before && (run.isWhole || time - before <= maxPause);
  }

  /** The number of frames before a time. */
  #after(time) {
    let [low, high] = [0, this.frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.frames[middle].time < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }

    return low;
  }
}
