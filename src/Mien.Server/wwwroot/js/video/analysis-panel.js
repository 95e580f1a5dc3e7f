// The panel for the analysis of a whole video: choice of the rate, progress and Cancel.

import { announce, clock, count, h, setText, toggle } from '../dom.js';

const rates = [
  ['1', '1 per second'],
  ['5', '5 per second'],
  ['10', '10 per second'],
  ['', 'every frame'],
];
const defaultRate = '5';
const announcements = 4; // per analysis: a quarter, half, …

const pace = (media, elapsed) => `${(media / Math.max(elapsed / 1000, 1e-3)).toFixed(1)} × real time`;

/** The panel. */
export class AnalysisPanel {
  #said = 0;
  #began = 0;
  #rest = null; // where an interrupted analysis can be continued: { rate, time }

  /** onstart gets { rate, from }: frames per second or null, and a time or null; oncancel stops. */
  constructor({ onstart, oncancel }) {
    this.onstart = onstart;
    this.offer = h('p', { class: 'facts' });
    this.rate = h(
      'select',
      { id: 'analysis-rate', onchange: () => this.#showRest() },
      ...rates.map(([value, text]) => h('option', { value, selected: value === defaultRate }, text)),
    );
    this.startButton = h(
      'button',
      { type: 'button', class: 'button primary', onclick: () => this.#start(null) },
      'Analyse whole video',
    );
    this.continueButton = h('button', {
      type: 'button',
      class: 'button',
      hidden: true,
      onclick: () => this.#start(this.#rest.time),
    });
    this.choice = h(
      'div',
      { class: 'controls' },
      h('label', { for: 'analysis-rate' }, 'Frames'),
      this.rate,
      this.startButton,
      this.continueButton,
    );
    this.progress = h('progress', { 'aria-label': 'Analysed part of the video', max: '1', value: '0' });
    this.figures = h('p', { class: 'facts', 'data-figure': 'analysis' });
    this.cancelButton = h('button', { type: 'button', class: 'button', onclick: () => oncancel() }, 'Cancel');
    this.running = h('div', { class: 'analysis-running', hidden: true }, this.progress, this.cancelButton);
    this.element = h(
      'div',
      { class: 'card analysis' },
      h('h2', { class: 'card-title' }, 'Whole video'),
      this.offer,
      this.choice,
      this.running,
      this.figures,
    );
  }

  /** Prepares for a video. isLong: it takes long to play. */
  reset(duration, isLong) {
    this.#rest = null;
    this.duration = duration;
    setText(
      this.offer,
      (isLong ? `This video has ${clock(duration)}. ` : '') +
        'It can be analysed frame by frame at its own pace, faster or slower than it plays. ' +
        'This replaces the results so far.',
    );
    setText(this.figures, '');
    this.#showRest();
    this.#show(false);
  }

  /** Shows the progress: the time of the last frame, and the number of frames and milliseconds so far. */
  report({ time, frames, failed, elapsed }) {
    const share = Math.min(1, time / this.duration);
    const media = time - this.#began;
    this.progress.value = share;
    const left = media > 0 ? ((this.duration - time) / media) * (elapsed / 1000) : null;
    setText(
      this.figures,
      [
        `${Math.floor(share * 100)}\u00a0%`,
        count(frames, 'frame'),
        pace(media, elapsed),
        left === null || frames < 5 ? 'estimating the time left' : `${clock(left)} left`,
        ...(failed > 0 ? [`${failed} failed`] : []),
      ].join(' · '),
    );
    const part = Math.floor(share * announcements);
    if (part > this.#said && part < announcements) {
      this.#said = part;
      announce(`${(100 * part) / announcements} percent analysed`);
    }
  }

  /** Shows the end of a complete analysis. */
  complete({ frames, failed, elapsed }) {
    this.#rest = null;
    const rate = (frames / Math.max(elapsed / 1000, 1e-3)).toFixed(1);
    this.#end(
      `${count(frames, 'frame')} analysed in ${clock(elapsed / 1000, 1)}: ${rate} frames per second, ` +
        `${pace(this.duration - this.#began, elapsed)}${failed > 0 ? `; ${failed} failed` : ''}`,
    );
  }

  /** Shows the end of an incomplete analysis; time is that of its last frame, or null. */
  interrupt(time) {
    this.#rest = time === null ? null : { rate: this.rate.value, time };
    this.#end(time === null ? 'Stopped' : `Stopped at ${clock(time, 1)}. The results so far are kept.`);
  }

  #start(from) {
    this.#said = 0;
    this.#began = from ?? 0;
    this.progress.value = this.#began / this.duration;
    setText(this.figures, 'Analysing…');
    this.#show(true);
    this.cancelButton.focus();
    this.onstart({ rate: this.rate.value === '' ? null : Number(this.rate.value), from });
  }

  #end(text) {
    const hasFocus = document.activeElement === this.cancelButton;
    setText(this.figures, text);
    this.#showRest();
    this.#show(false);
    announce(text);
    if (hasFocus) {
      this.startButton.focus();
    }
  }

  #showRest() {
    const isOffered = this.#rest !== null && this.#rest.rate === this.rate.value;
    toggle(this.continueButton, isOffered);
    setText(this.continueButton, isOffered ? `Continue from ${clock(this.#rest.time)}` : '');
  }

  #show(isRunning) {
    toggle(this.choice, !isRunning);
    toggle(this.running, isRunning);
  }
}
