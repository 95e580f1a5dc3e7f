// The controls of the video: buttons, slider and keys.

import { clock, h, icon, setText } from '../dom.js';

const jump = 5; // seconds

const keys = [
  [['Space', 'K'], 'play or pause'],
  [['←', '→', ',', '.'], 'previous or next frame'],
  [['Shift + ←', 'Shift + →'], `${jump} seconds back or forward`],
  [['Home', 'End'], 'first or last frame'],
];

/** Whether a key has a meaning of its own where the focus is. */
function isTaken(e) {
  const inside = (selector) => e.target.closest?.(selector);
  if (e.defaultPrevented || e.ctrlKey || e.altKey || e.metaKey || inside('dialog, select, textarea')) {
    return true;
  }

  if (inside('input:not([type="range"])')) {
    return e.key === ' ' || e.key.startsWith('Arrow'); // radio buttons and check boxes use these
  }

  return e.key === ' ' && Boolean(inside('button, a, summary, label'));
}

/** The controls. */
export class VideoPlayer {
  #steps = Promise.resolve();
  #stepping = 0;
  #target = null;

  /**
   * onmove is called before the video plays or moves. isShown says whether keys are for the video, isLocked whether an
   * analysis moves it, and shownTime gives the time of the frame on display.
   */
  constructor(video, seeker, { onmove, isShown, isLocked, shownTime }) {
    Object.assign(this, { video, seeker, onmove, isShown, isLocked, shownTime });
    const button = (name, symbol, action) =>
      h('button', { type: 'button', class: 'icon-button', 'aria-label': name, onclick: action }, icon(symbol));
    this.playButton = h(
      'button',
      { type: 'button', class: 'button', onclick: () => this.toggle() },
      icon('i-play'),
      h('span', null, 'Play'),
    );
    this.back = button('Previous frame', 'i-back', () => this.step(-1));
    this.forward = button('Next frame', 'i-next', () => this.step(1));
    this.time = h('span', { class: 'time' });
    this.sound = h('input', {
      type: 'checkbox',
      onchange: () => {
        video.muted = !this.sound.checked;
      },
    });
    this.slider = h('input', {
      type: 'range',
      class: 'time-slider',
      'aria-label': 'Position in the video',
      min: 0,
      max: 1,
      step: 'any',
      value: 0,
      oninput: () => this.seek(Number(this.slider.value)),
    });
    this.element = h(
      'div',
      { class: 'player' },
      this.slider,
      h(
        'div',
        { class: 'controls' },
        this.playButton,
        h('div', { class: 'steps' }, this.back, this.forward),
        this.time,
        h('label', { class: 'check' }, this.sound, 'Sound'),
      ),
    );
    this.help = h(
      'details',
      { class: 'more keys' },
      h('summary', null, 'Keys'),
      h(
        'dl',
        { class: 'details' },
        ...keys.flatMap(([names, meaning]) => [
          h('dt', null, ...names.flatMap((name, i) => [i > 0 ? ' ' : null, h('kbd', null, name)])),
          h('dd', null, meaning),
        ]),
      ),
    );
    video.addEventListener('play', () => this.#showState());
    video.addEventListener('pause', () => this.#showState());
    video.addEventListener('seeked', () => this.#goOn());
    addEventListener('keydown', (e) => this.#key(e));
    this.#showState();
  }

  /** Prepares for another video. */
  reset() {
    this.#target = null;
    this.slider.max = String(this.video.duration);
    this.video.muted = !this.sound.checked;
    this.show(0);
  }

  /** Shows a time. */
  show(time) {
    const { duration } = this.video;
    if (document.activeElement !== this.slider || this.#target === null) {
      this.slider.value = String(time);
    }

    const text = `${clock(time, 2)} / ${clock(duration, 2)}`;
    setText(this.time, text);
    this.slider.setAttribute('aria-valuetext', `${clock(time, 2)} of ${clock(duration, 2)}`);
  }

  /** Enables or disables the controls. */
  lock(isLocked) {
    for (const control of [this.playButton, this.back, this.forward, this.slider]) {
      control.disabled = isLocked;
    }
  }

  /** Plays or pauses. */
  async toggle() {
    const { video } = this;
    if (this.isLocked()) {
      return;
    }

    if (!video.paused) {
      video.pause();
      return;
    }

    this.onmove();
    try {
      await video.play(); // from the beginning, if the video has ended
    } catch {
      // Another choice came first, or the video cannot be decoded, which the view shows.
    }
  }

  /** Goes to a time; while a seek is under way, to the last one that was asked for. */
  seek(time) {
    const { video } = this;
    if (this.isLocked()) {
      return;
    }

    this.onmove();
    this.#target = Math.min(Math.max(0, time), video.duration);
    if (!video.seeking) {
      this.#goOn();
    }
  }

  /** Goes to the next or the previous frame. */
  step(direction) {
    const { video, seeker } = this;
    if (this.isLocked() || this.#stepping >= 2) {
      return; // a key that is held down
    }

    video.pause();
    this.onmove();
    this.#stepping++;
    this.#steps = this.#steps
      .then(async () => {
        if (!this.isLocked()) {
          const now = this.shownTime() ?? video.currentTime;
          await (direction > 0 ? seeker.next(now) : seeker.previous(now));
        }
      })
      .catch(() => {}) // the view shows errors of the video
      .finally(() => {
        this.#stepping--;
        this.#goOn();
      });
  }

  #goOn() {
    if (this.#target !== null && this.#stepping === 0) {
      const target = this.#target;
      this.#target = null;
      this.video.currentTime = target;
    }
  }

  #key(e) {
    const { video } = this;
    const now = (this.shownTime() ?? video.currentTime) + 0.0005; // surely in the frame and not before it
    if (!this.isShown() || this.isLocked() || isTaken(e)) {
      return;
    }

    const action = {
      ' ': () => this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: () => (e.shiftKey ? this.seek(now - jump) : this.step(-1)),
      ArrowRight: () => (e.shiftKey ? this.seek(now + jump) : this.step(1)),
      ',': () => this.step(-1),
      '.': () => this.step(1),
      Home: () => this.seek(0),
      End: () => this.seek(video.duration),
    }[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (action) {
      e.preventDefault();
      action();
    }
  }

  #showState() {
    const isPaused = this.video.paused;
    this.playButton.replaceChildren(
      icon(isPaused ? 'i-play' : 'i-pause'),
      h('span', null, isPaused ? 'Play' : 'Pause'),
    );
  }
}
