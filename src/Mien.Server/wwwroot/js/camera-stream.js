// Sends the frames of the camera to the server and receives the results. The number of frames in flight is limited, so
// that no queue builds up.

import { FrameGrabber } from './frame-grabber.js';
import { FrameSocket } from './frame-socket.js';

const maxInFlight = 2;

/** One open camera stream. */
export class CameraStream {
  #grabber = new FrameGrabber({ maxSide: 640, quality: 0.8 });
  #socket;
  #encoding = false;
  #stopped = true;

  /**
   * onresult gets (answer, milliseconds from taking the frame to receiving its result); onproblem gets an error, after
   * which the stream is closed.
   */
  constructor(video, { onresult, onproblem }) {
    this.video = video;
    this.paused = false;
    this.#socket = new FrameSocket({
      onresult,
      onclose: (problem) => {
        this.stop();
        onproblem(problem);
      },
      isIdle: () => this.paused,
      stopped: { title: 'The live video stopped', advice: 'Start the camera again.' },
    });
  }

  /** Opens the connection and starts sending frames. */
  start() {
    this.#stopped = false;
    this.#socket.open();
    this.#nextFrame();
  }

  /** Stops sending and closes the connection. */
  stop() {
    this.#stopped = true;
    this.#socket.close();
  }

  /** Resumes after a pause. */
  resume() {
    this.paused = false;
    if (!this.#stopped) {
      this.#socket.open();
    }
  }

  #nextFrame() {
    if (this.#stopped) {
      return;
    }

    const next = () => {
      this.#frame();
      this.#nextFrame();
    };
    if (this.video.requestVideoFrameCallback) {
      this.video.requestVideoFrameCallback(next);
    } else {
      requestAnimationFrame(next);
    }
  }

  async #frame() {
    if (this.paused || this.#encoding || !this.#socket.isOpen || this.video.videoWidth === 0) {
      return;
    }

    if (this.#socket.inFlight >= maxInFlight) {
      return;
    }

    const now = performance.now();
    this.#encoding = true;
    try {
      const picture = await this.#grabber.grab(this.video);
      if (picture && !this.paused && this.#socket.isOpen) {
        this.#socket.send(picture, now);
      }
    } finally {
      this.#encoding = false;
    }
  }
}
