// Sends the frames of a video to the server and receives the results. The number of frames in flight is limited, so
// that no queue builds up.

import { ApiError, currentKey, streamAddress, streamProblem } from './api.js';

const maxSide = 640;
const quality = 0.8;
const maxInFlight = 2;
const resultTimeout = 4000;
const protocol = 'mien.v1';

// A browser's WebSocket cannot set headers, so the key is sent as a subprotocol.
const base64Url = (text) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** One open camera stream. */
export class CameraStream {
  #socket = null;
  #canvas = document.createElement('canvas');
  #sent = new Map();
  #number = 0;
  #encoding = false;
  #stopped = true;

  /**
   * onresult gets (answer, milliseconds from taking the frame to receiving its result); onproblem gets an error, after
   * which the stream is closed.
   */
  constructor(video, { onresult, onproblem }) {
    this.video = video;
    this.onresult = onresult;
    this.onproblem = onproblem;
    this.paused = false;
  }

  /** Opens the connection and starts sending frames. */
  start() {
    this.#stopped = false;
    this.#connect();
    this.#nextFrame();
  }

  /** Stops sending and closes the connection. */
  stop() {
    this.#stopped = true;
    this.#socket?.close(1000);
    this.#socket = null;
  }

  #connect() {
    const key = currentKey();
    const socket = new WebSocket(streamAddress(), key ? [protocol, `mien.key.${base64Url(key)}`] : [protocol]);
    this.#socket = socket;
    this.#sent.clear();
    this.#number = 0;
    let opened = false;
    socket.addEventListener('open', () => {
      opened = true;
    });
    socket.addEventListener('message', (e) => this.#receive(JSON.parse(e.data)));
    socket.addEventListener('close', async (e) => {
      if (this.#stopped || this.#socket !== socket) {
        return;
      }

      this.#socket = null;
      if (this.paused) {
        return; // the server closed the idle stream; resuming opens a new one
      }

      const problem = opened
        ? new ApiError(e.reason || 'The server closed the stream.', {
            title: 'The live video stopped',
            advice: 'Start the camera again.',
          })
        : await streamProblem();
      if (this.#stopped) {
        return;
      }

      if (!opened && currentKey() !== key) {
        this.#connect(); // the user has entered a key meanwhile
        return;
      }

      this.stop();
      this.onproblem(problem);
    });
  }

  /** Resumes after a pause. */
  resume() {
    this.paused = false;
    if (!this.#stopped && !this.#socket) {
      this.#connect();
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
    const socket = this.#socket;
    if (this.paused || this.#encoding || socket?.readyState !== WebSocket.OPEN || this.video.videoWidth === 0) {
      return;
    }

    const now = performance.now();
    for (const [number, time] of this.#sent) {
      if (now - time > resultTimeout) {
        this.#sent.delete(number); // the frame was dropped or its result was lost
      }
    }

    if (this.#sent.size >= maxInFlight) {
      return;
    }

    this.#encoding = true;
    try {
      const scale = Math.min(1, maxSide / Math.max(this.video.videoWidth, this.video.videoHeight));
      const [width, height] = [Math.round(this.video.videoWidth * scale), Math.round(this.video.videoHeight * scale)];
      if (this.#canvas.width !== width || this.#canvas.height !== height) {
        this.#canvas.width = width;
        this.#canvas.height = height;
      }

      this.#canvas.getContext('2d').drawImage(this.video, 0, 0, width, height);
      const blob = await new Promise((resolve) => {
        this.#canvas.toBlob(resolve, 'image/jpeg', quality);
      });
      if (blob && !this.paused && socket.readyState === WebSocket.OPEN) {
        this.#sent.set(this.#number++, now);
        socket.send(blob);
      }
    } finally {
      this.#encoding = false;
    }
  }

  #receive(answer) {
    const sentAt = this.#sent.get(answer.frame);
    for (const number of this.#sent.keys()) {
      if (number <= answer.frame) {
        this.#sent.delete(number); // older frames were dropped for this one
      }
    }

    if (!this.#stopped) {
      this.onresult(answer, sentAt === undefined ? null : performance.now() - sentAt);
    }
  }
}
