// Follows the frames of a video while it plays or after a seek, and has those analysed that are not yet.

import { FrameGrabber } from '../frame-grabber.js';
import { FrameSocket } from '../frame-socket.js';
import { frameTimeout, timeOfPicture, tolerance } from './frame-seeker.js';

const maxInFlight = 2;
const maxStep = 0.5; // seconds; a seek forward by at most this much keeps the tracks
const maxAttempts = 3;
const attemptPause = 500; // milliseconds
const maxFrame = 1; // seconds that a frame is assumed to last at most

/** The frames that a video shows. */
export class VideoStream {
  #grabber = new FrameGrabber({ maxSide: 1280, quality: 0.9 });
  #socket;
  #run = null;
  #ids = new Map();
  #sent = null; // the time of the last frame sent
  #hasJumped = true;
  #isMoving = false; // after a seek has begun, until the frame there is shown
  #encoding = false;
  #active = false;
  #watching = 0;
  #late = 0;
  #failures = 0;

  /**
   * onshown gets the time of each frame that is shown; onresult gets (frame of the results, milliseconds); onproblem
   * gets an error, after which nothing is sent until start is called.
   */
  constructor(video, results, { onshown, onresult, onproblem }) {
    this.video = video;
    this.results = results;
    this.onshown = onshown;
    this.onresult = onresult;
    this.shown = null;
    this.#socket = new FrameSocket({
      onopen: () => {
        this.#ids = new Map(); // the numbers of a connection's tracks begin at 1
        this.#run = null;
        this.#sent = null;
        this.#offer();
      },
      onresult: (answer, milliseconds, media) => this.#receive(answer, milliseconds, media),
      onclose: (problem) => {
        this.stop();
        onproblem(problem);
      },
      isIdle: () => this.#socket.inFlight === 0 && !this.#isWanted,
      stopped: { title: 'The analysis stopped', advice: 'Play the video to start it again.' },
    });
    video.addEventListener('seeking', () => {
      this.#hasJumped = true;
      this.#isMoving = true;
      clearTimeout(this.#late);
    });

    // A busy browser may not report the frame after a seek, and a video that is paused shows no other one.
    video.addEventListener('seeked', () => {
      clearTimeout(this.#late);
      this.#late = setTimeout(() => this.#showUnreported(), frameTimeout);
    });
  }

  /** Begins to have frames analysed, with the next one that is shown. */
  start() {
    this.#active = true;
  }

  /** Stops, closes the connection, and ignores the results of frames in flight. */
  stop() {
    this.#active = false;
    this.#socket.close();
    this.#run = null;
    this.#sent = null;
  }

  /** Reports the frames that are shown from now on, until unwatch. */
  watch() {
    this.unwatch();
    const next = () => {
      this.#watching = this.video.requestVideoFrameCallback
        ? this.video.requestVideoFrameCallback((now, { mediaTime }) => {
            next();
            this.#show(mediaTime);
          })
        : requestAnimationFrame(() => {
            next();
            if (this.video.readyState >= 2 && !this.video.seeking && this.shown !== this.video.currentTime) {
              this.#show(this.video.currentTime);
            }
          });
    };
    next();
  }

  /** Stops reporting, for another video. */
  unwatch() {
    (this.video.cancelVideoFrameCallback?.bind(this.video) ?? cancelAnimationFrame)(this.#watching);
    clearTimeout(this.#late);
    this.shown = null;
  }

  #showUnreported() {
    const { shown } = this;
    const picture = timeOfPicture(this.video);
    const time = picture ?? this.video.currentTime;
    // Without the time of the picture, it is only known that a frame does not begin after the place of the seek.
    const isReported =
      shown !== null &&
      (picture === null ? shown <= time + tolerance && time - shown < maxFrame : Math.abs(shown - time) <= tolerance);
    if (isReported) {
      this.#isMoving = false; // the seek has led to the frame that was shown before
      this.#offer();
    } else {
      this.#show(time);
    }
  }

  get #isWanted() {
    return this.#active && this.shown !== null && this.shown !== this.#sent && !this.results.covers(this.shown);
  }

  #show(time) {
    clearTimeout(this.#late);
    this.shown = time;
    this.#isMoving = false;
    this.onshown(time);
    this.#offer();
  }

  async #offer() {
    if (!this.#isWanted || this.#isMoving || this.#encoding) {
      return; // #show calls this again
    }

    if (!this.#socket.isOpen) {
      this.#socket.open(); // this is called again when it is open
      return;
    }

    if (this.#socket.inFlight >= maxInFlight) {
      return; // and when a result has arrived
    }

    const [time, now] = [this.shown, performance.now()];
    const step = this.#sent === null ? Number.NaN : time - this.#sent;
    const seek = this.#hasJumped && !(step > 0 && step <= maxStep);
    if (seek || !this.#run || step < 0) {
      this.#run = this.results.begin(this.#ids);
    }

    const run = this.#run;
    this.#hasJumped = false;
    this.#sent = time;
    this.#encoding = true;
    try {
      const picture = await this.#grabber.grab(this.video);
      if (picture && run === this.#run && this.#active && this.#socket.isOpen) {
        this.#socket.send(picture, now, { time, seek, run });
      }
    } finally {
      this.#encoding = false;
    }

    this.#offer();
  }

  #receive(answer, milliseconds, media) {
    if (answer.error) {
      this.#retry(media);
      return;
    }

    this.#failures = 0;
    if (media) {
      const { videoWidth: width, videoHeight: height } = this.video;
      this.onresult(this.results.add(media.run, media.time, answer, { width, height }), milliseconds);
    }

    this.#offer();
  }

  // The server may be busy. While the video plays, the next frame follows; one that stays is sent again.
  async #retry(media) {
    this.#failures++;
    await new Promise((resolve) => {
      setTimeout(resolve, attemptPause);
    });
    if (this.#failures < maxAttempts && media?.time === this.#sent) {
      this.#sent = null;
    }

    this.#offer();
  }
}
