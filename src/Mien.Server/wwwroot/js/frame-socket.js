// The connection to /v1/stream: frames go out, results come in. For the camera and for videos.

import { ApiError, currentKey, streamAddress, streamProblem } from './api.js';

const resultTimeout = 4000; // milliseconds, after which a frame without a result no longer counts as in flight
const protocol = 'mien.v1';

// A browser's WebSocket cannot set headers, so the key is sent as a subprotocol.
const base64Url = (text) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** A stream of frames. It can be opened again after it was closed. */
export class FrameSocket {
  #socket = null;
  #sent = new Map();
  #number = 0;

  /**
   * onopen is called when frames can be sent; onresult gets (answer, milliseconds from taking the frame to receiving
   * its result or null, what was sent as media). onclose gets an error after the stream has closed by itself. Where
   * isIdle is true, a close is no problem: the server closes streams without frames, and the next frame opens a new
   * one. stopped has title and advice for a stream that the server has closed.
   */
  constructor({ onopen = () => {}, onresult, onclose, isIdle, stopped }) {
    this.onopen = onopen;
    this.onresult = onresult;
    this.onclose = onclose;
    this.isIdle = isIdle;
    this.stopped = stopped;
  }

  /** Whether frames can be sent. */
  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** The number of frames that wait for their result, without those whose result may be lost. */
  get inFlight() {
    const now = performance.now();
    return [...this.#sent.values()].filter(({ at }) => now - at <= resultTimeout).length;
  }

  /** Connects, unless it is connected or connecting. */
  open() {
    if (!this.#socket) {
      this.#connect();
    }
  }

  /** Closes the connection; no more results follow. */
  close() {
    const socket = this.#socket;
    this.#socket = null;
    this.#sent.clear();
    if (socket?.readyState === WebSocket.CONNECTING) {
      // Browsers warn on the console about a connection that is closed before it has opened.
      socket.addEventListener('open', () => socket.close(1000));
    } else {
      socket?.close(1000);
    }
  }

  /**
   * Sends a frame that was taken at a time of performance.now(). media is { time } with the frame's time in the video,
   * in seconds, and { seek: true } where new tracks begin; null for a camera. Other members of media stay here.
   */
  send(picture, at, media = null) {
    if (media) {
      const { time, seek } = media;
      this.#socket.send(JSON.stringify(seek ? { time, seek } : { time }));
    }

    this.#sent.set(this.#number++, { at, media });
    this.#socket.send(picture);
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
      if (this.#socket === socket) {
        this.onopen();
      }
    });
    socket.addEventListener('message', (e) => {
      if (this.#socket === socket) {
        this.#receive(JSON.parse(e.data));
      }
    });
    socket.addEventListener('close', (e) => this.#closed(socket, opened, key, e));
  }

  async #closed(socket, opened, key, event) {
    if (this.#socket !== socket) {
      return;
    }

    if (this.isIdle()) {
      this.#socket = null;
      return;
    }

    const problem = opened
      ? new ApiError(event.reason || 'The server closed the stream.', this.stopped)
      : await streamProblem();
    if (this.#socket !== socket) {
      return; // it was closed here meanwhile
    }

    this.#socket = null;
    if (!opened && currentKey() !== key) {
      this.#connect(); // the user has entered a key meanwhile
      return;
    }

    this.onclose(problem);
  }

  #receive(answer) {
    const sent = this.#sent.get(answer.frame);
    for (const number of this.#sent.keys()) {
      if (number <= answer.frame) {
        this.#sent.delete(number); // older frames were dropped for this one
      }
    }

    this.onresult(answer, sent ? performance.now() - sent.at : null, sent?.media ?? null);
  }
}
