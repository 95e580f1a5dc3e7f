// Goes through the frames of a video by seeking, and says which frame is shown.

const unknownInterval = 1 / 240; // seconds; the first step of the search for the next frame
const maxEvenSteps = 4; // of one interval each; then the steps of the search become longer
const inside = 0.0005; // seconds; less than any frame lasts

/** The milliseconds that the browser may take to report the frame after a seek. */
export const frameTimeout = 500;

/** Two times that are the same frame: browsers give times in microseconds. */
export const tolerance = 2e-6;

/** The time of the frame that the video shows, from its pixels; null if the browser does not tell. */
export function timeOfPicture(video) {
  try {
    const frame = new VideoFrame(video); // only on pages from this machine or over HTTPS
    const { timestamp } = frame;
    frame.close();
    return timestamp / 1e6;
  } catch {
    return null;
  }
}

/** Seeks in a video that is paused. One call at a time. */
export class FrameSeeker {
  #interval = null; // the shortest time from one frame to the next that was seen

  constructor(video) {
    this.video = video;
  }

  /** Forgets what is known of the video, for another one. */
  reset() {
    this.#interval = null;
  }

  /**
   * Shows the frame at a time and resolves with the frame's own time, which is at most the given one. Rejects if the
   * signal is aborted or the video cannot be decoded there.
   */
  seek(target, signal = undefined) {
    const { video } = this;
    const time = Math.min(Math.max(0, target), video.duration);
    return new Promise((resolve, reject) => {
      const listening = new AbortController();
      let begun = false;
      let ended = false;
      let shown = null;
      let handle = 0;
      let timer = 0;
      const settle = (action) => {
        listening.abort();
        clearTimeout(timer);
        video.cancelVideoFrameCallback?.(handle);
        action();
      };
      const finish = (isLate) => {
        // A hidden page does not draw frames, so nothing is reported.
        if (ended && (shown !== null || isLate || document.hidden || !video.requestVideoFrameCallback)) {
          settle(() => resolve(shown ?? timeOfPicture(video) ?? time));
        }
      };
      const report = (now, { mediaTime }) => {
        if (begun) {
          shown = mediaTime;
          finish(false);
        } else {
          handle = video.requestVideoFrameCallback(report); // the frame from before the seek
        }
      };
      const on = (source, name, action) => source.addEventListener(name, action, { signal: listening.signal });
      on(video, 'seeking', () => {
        begun = true;
      });
      on(video, 'seeked', () => {
        ended = true;
        timer = setTimeout(finish, frameTimeout, true);
        finish(false);
      });
      on(video, 'error', () => settle(() => reject(new DOMException('The video cannot be decoded.', 'EncodingError'))));
      on(document, 'visibilitychange', () => finish(false));
      if (signal) {
        on(signal, 'abort', () => settle(() => reject(signal.reason)));
      }

      if (signal?.aborted) {
        settle(() => reject(signal.reason));
        return;
      }

      handle = video.requestVideoFrameCallback?.(report) ?? 0;
      video.currentTime = time;
    });
  }

  /** Shows the next frame after the one with this time. Resolves with its time, or with null at the end. */
  async next(from, signal = undefined) {
    const interval = this.#interval ?? unknownInterval;
    let tested = 0;
    for (let step = interval * 1.02, count = 1; ; count++) {
      const shown = await this.seek(from + step, signal);
      if (shown > from + tolerance) {
        const isSure = this.#interval !== null && step - tested <= interval * 1.03; // too short for two frames
        const time = isSure ? shown : await this.#firstAfter(from, shown, signal);
        // Without a report in time and without VideoFrame, a seek gives its target, and the search found no frame.
        if (time > from + tolerance) {
          this.#interval = Math.min(this.#interval ?? Number.POSITIVE_INFINITY, time - from);
          return time;
        }
      }

      if (from + step >= this.video.duration) {
        return null;
      }

      tested = step;
      step = count < maxEvenSteps ? step + interval : step * 2;
    }
  }

  // Goes back from a frame to the first one after a time.
  async #firstAfter(from, shown, signal) {
    for (let time = shown; ; ) {
      const before = await this.seek(time - inside, signal);
      if (before <= from + tolerance) {
        return this.seek(time + inside, signal);
      }

      time = before;
    }
  }

  /** Shows the frame before the one with this time. Resolves with its time; the first frame has none before it. */
  async previous(from, signal = undefined) {
    for (let step = inside; ; step *= 4) {
      const time = await this.seek(from - step, signal);
      if (time < from - tolerance || step > from) {
        return time;
      }
    }
  }

  /**
   * Shows the first frame at or after a time. Resolves with the frame's time, or with null at the end. In a video with
   * a variable rate it may be the one after it.
   */
  async at(from, signal = undefined) {
    // Just before the end of the interval, so that a frame which begins in it is shown and none before.
    let time = await this.seek(from + (this.#interval ?? 0) * 0.99, signal);
    while (time !== null && time < from - tolerance) {
      time = await this.next(time, signal);
    }

    return time;
  }
}
