// Analyses a whole video frame by frame, at its own pace: each frame is found by a seek, sent, and answered.

import { ApiError } from '../api.js';
import { FrameGrabber } from '../frame-grabber.js';
import { tolerance } from './frame-seeker.js';
import { FrameSocket } from '../frame-socket.js';

const answerTimeout = 60_000; // milliseconds
const maxAttempts = 3;
const attemptPause = 500;

const stopped = { title: 'The analysis stopped', advice: 'The results so far are kept. Choose “Continue”.' };

const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** One analysis. Frames are selected as by `mien video --fps`: the first in each interval of 1/rate seconds. */
export class VideoAnalysis {
  #grabber = new FrameGrabber({ maxSide: 1920, quality: 0.95 });
  #socket;
  #run = null;
  #waiting = null;
  #stop = new AbortController();
  #began = 0;
  #frames = 0;
  #failed = 0;

  /**
   * rate is in frames per second, or null for every frame. from is the time of the last frame of an interrupted
   * analysis, or null. onframe gets { frame, frames, failed, elapsed }: the frame of the results or null, the numbers
   * of frames analysed and failed, and the time since the start in milliseconds.
   */
  constructor(video, seeker, results, { rate, from = null, onframe }) {
    Object.assign(this, { video, seeker, results, rate, from, onframe });
    this.#socket = new FrameSocket({
      onopen: () => {
        this.#run = this.results.begin(new Map(), { isWhole: true });
        this.#send();
      },
      onresult: (answer) => this.#waiting?.resolve(answer),
      onclose: (problem) => this.#waiting?.reject(problem),
      isIdle: () => this.#waiting === null,
      stopped,
    });
  }

  /**
   * Runs to the end of the video. Resolves with { frames, failed, elapsed }. Rejects with an ApiError, or with an
   * AbortError after cancel; the results so far stay.
   */
  async run() {
    this.#began = performance.now();
    try {
      let answered = Promise.resolve();
      let time = await this.#first();
      while (time !== null) {
        const picture = await this.#grabber.grab(this.video);
        await answered; // so the server drops no frame, and the next one is sought while this one is analysed
        answered = this.#analyse(picture, time);
        answered.catch(() => {}); // it is handled by the next await
        time = await this.#next(time);
      }

      await answered;
      if (this.#run) {
        this.#run.isComplete = true;
      }

      return this.#figures;
    } catch (e) {
      throw e.name === 'EncodingError'
        ? new ApiError('The browser cannot decode the rest of this video: it may be damaged.', {
            title: 'The analysis stopped',
            advice: '“mien video” reads damaged videos as far as possible.',
          })
        : e;
    } finally {
      this.#stop.abort();
      this.#socket.close();
    }
  }

  /** Stops the analysis. */
  cancel() {
    this.#stop.abort();
    this.#waiting?.reject(this.#stop.signal.reason);
  }

  get #figures() {
    return { frames: this.#frames, failed: this.#failed, elapsed: performance.now() - this.#began };
  }

  #first() {
    return this.from === null ? this.seeker.seek(0, this.#stop.signal) : this.#next(this.from);
  }

  #next(time) {
    const { rate, seeker } = this;
    const { signal } = this.#stop;
    if (rate === null) {
      return seeker.next(time, signal);
    }

    const start = (Math.floor((time + tolerance) * rate + tolerance) + 1) / rate;
    return start > this.video.duration ? null : this.#at(start, time);
  }

  // At the end of the video the last frame is shown again.
  async #at(start, last) {
    const time = await this.seeker.at(start, this.#stop.signal);
    return time !== null && time > last + tolerance ? time : null;
  }

  async #analyse(picture, time) {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#ask(picture, time);
      this.#stop.signal.throwIfAborted();
      if (!answer.error) {
        const { videoWidth: width, videoHeight: height } = this.video;
        this.#frames++;
        this.onframe({ frame: this.results.add(this.#run, time, answer, { width, height }), ...this.#figures });
        return;
      }

      if (attempt === maxAttempts) {
        this.#failed++;
        this.onframe({ frame: null, ...this.#figures });
        return;
      }

      await pause(attemptPause); // the server is busy
    }
  }

  async #ask(picture, time) {
    let timer = 0;
    try {
      return await new Promise((resolve, reject) => {
        this.#stop.signal.throwIfAborted();
        this.#waiting = { picture, time, resolve, reject };
        timer = setTimeout(
          () => reject(new ApiError('The server did not answer for a minute.', stopped)),
          answerTimeout,
        );
        if (this.#socket.isOpen) {
          this.#send();
        } else {
          this.#socket.open();
        }
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }

  #send() {
    if (this.#waiting) {
      const { picture, time } = this.#waiting;
      this.#socket.send(picture, performance.now(), { time });
    }
  }
}
