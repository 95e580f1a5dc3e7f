// Announces the faces of moving pictures to screen readers.

import { announce, count } from './dom.js';
import { summary } from './labels.js';

const pause = 4000; // milliseconds, in which the last announcement may still be spoken

/** Announces changes, but not while the last announcement may still be spoken. */
export class Speech {
  #time = 0;
  #text = '';

  say(faces) {
    const now = performance.now();
    const text =
      faces.length === 0
        ? 'No face was found.'
        : faces.length === 1
          ? faces[0].label
          : `${count(faces.length, 'face')}: ${summary(faces)}`;
    if (text !== this.#text && now - this.#time > pause) {
      this.#time = now;
      this.#text = text;
      announce(text);
    }
  }
}
