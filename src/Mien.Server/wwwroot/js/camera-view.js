// The camera view: live boxes, frame rate and latency, a chart of the last minute, and export of the results.

import { ApiError } from './api.js';
import { CameraStream } from './camera-stream.js';
import { announce, byId, errorNotice, fit, h, icon, iconButton, setText, toggle } from './dom.js';
import { download, liveCsv } from './export.js';
import { FaceOverlay } from './face-overlay.js';
import { FacePanel } from './face-panel.js';
import { spoken } from './labels.js';
import { Speech } from './speech.js';
import { StripChart } from './strip-chart.js';

const maxRecords = 40_000; // about 20 minutes with one face at 30 frames per second

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

const cameraErrors = {
  NotAllowedError: ['Camera access was denied.', 'Allow it in the address bar, then start again.'],
  NotFoundError: ['No camera was found.', 'Connect one, then start again.'],
  NotReadableError: ['The camera is in use by another program.', 'Close that program, then start again.'],
};

function cameraProblem(e) {
  const [message, advice] = cameraErrors[e.name] ?? [e.message, 'Start again.'];
  return new ApiError(message, { title: 'No camera video', advice });
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** The camera view. */
export class CameraView {
  #overlay = new FaceOverlay((id) => this.#choose(id));
  #panel = new FacePanel({ live: true, onstep: (step) => this.#step(step) });
  #chart = new StripChart();
  #stream = null;
  #media = null;
  #faces = [];
  #chosen = null;
  #records = [];
  #recent = [];
  #dropped = 0;
  #began = 0;
  #answered = 0;
  #timer = 0;
  #speech = new Speech();

  constructor() {
    this.view = byId('view-camera');
    this.title = h('h1', { id: 'camera-title', class: 'view-title', tabindex: '-1' }, 'Camera');
    this.facts = h('p', { class: 'facts' }, 'No video is recorded. Frames are processed and discarded.');
    this.startButton = h(
      'button',
      { type: 'button', class: 'button primary', onclick: () => this.start() },
      'Start the camera',
    );
    this.problem = h('div', { role: 'alert' });
    this.welcome = h(
      'div',
      { class: 'drop' },
      icon('i-camera', 'drop-icon'),
      h('p', { class: 'drop-title' }, 'Live expressions'),
      h(
        'p',
        { class: 'drop-hint' },
        'The browser will ask for permission to use the camera. ' +
          'Frames are sent to this server only and are not stored.',
      ),
      h('div', { class: 'row' }, this.startButton),
    );
    this.video = h('video', { autoplay: true, playsinline: true, 'aria-label': 'Camera video' });
    this.video.muted = true;
    this.frame = h('div', { class: 'frame' }, this.video, this.#overlay.element);
    this.stage = h('div', { class: 'stage' }, this.frame);
    this.pauseButton = h(
      'button',
      { type: 'button', class: 'button', onclick: () => this.#pause() },
      icon('i-pause'),
      h('span', null, 'Pause'),
    );
    this.devices = h('select', {
      'aria-label': 'Camera',
      onchange: () => this.start(this.devices.value),
      hidden: true,
    });
    this.mirror = h('input', { type: 'checkbox', checked: true, onchange: () => this.#mirrored() });
    this.figures = Object.fromEntries(
      ['rate', 'latency', 'server', 'dropped'].map((name) => [name, h('dd', { 'data-figure': name }, '–')]),
    );
    const figure = (name, text) => h('div', null, h('dt', null, text), this.figures[name]);
    this.noFace = h(
      'div',
      { class: 'empty' },
      h('h2', null, 'No face was found'),
      h('p', null, 'Look at the camera, with the light in front of the face rather than behind it.'),
    );
    this.running = h(
      'div',
      { hidden: true },
      h(
        'div',
        { class: 'columns' },
        h(
          'div',
          { class: 'column-main' },
          this.stage,
          h(
            'div',
            { class: 'controls' },
            this.pauseButton,
            iconButton('i-stop', 'Stop', () => {
              this.stop();
              this.startButton.focus();
            }),
            iconButton('i-download', 'CSV', () => download('camera.csv', liveCsv(this.#records), 'text/csv')),
            h('label', { class: 'check' }, this.mirror, 'Mirror'),
            this.devices,
          ),
          h(
            'dl',
            { class: 'figures' },
            figure('rate', 'frames per second'),
            figure('latency', 'end-to-end latency'),
            figure('server', 'time on the server'),
            figure('dropped', 'frames skipped'),
          ),
        ),
        h('div', { class: 'column-side' }, this.#panel.element, this.noFace),
      ),
      h(
        'div',
        { class: 'card' },
        h('h2', { class: 'card-title' }, 'The last minute'),
        h(
          'p',
          { class: 'facts' },
          'Smoothed probabilities of the chosen face; the middle of each row is 50\u00a0%. ' +
            'The CSV file has raw and smoothed probabilities of about the last 20 minutes with one face, ' +
            'less with several.',
        ),
        this.#chart.element,
      ),
    );
    this.view.append(
      h('div', { class: 'view-head' }, h('div', { class: 'view-names' }, h('div', null, this.title, this.facts))),
      this.problem,
      this.welcome,
      this.running,
    );
    new ResizeObserver(() => this.#fit()).observe(this.stage);
    this.video.addEventListener('resize', () => this.#fit());
    this.video.addEventListener('loadedmetadata', () => this.#fit());
    this.#mirrored();
  }

  /** Called when the view is opened. */
  show({ focus }) {
    if (focus) {
      this.title.focus({ preventScroll: true });
    }
  }

  /** Called when another view is opened. */
  hide() {
    this.stop();
  }

  /** Requests the camera and starts the stream. */
  async start(device = undefined) {
    this.stop();
    this.problem.replaceChildren();
    this.startButton.disabled = true;
    try {
      if (!navigator.mediaDevices?.getUserMedia) {
        throw new ApiError('Browsers allow the camera only on pages from this machine or over HTTPS.', {
          title: 'The camera is not available',
          advice: 'Open the page as http://127.0.0.1 or over HTTPS.',
        });
      }

      this.#media = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          width: { ideal: 1280 },
          height: { ideal: 720 },
          frameRate: { ideal: 30 },
          ...(device ? { deviceId: { exact: device } } : { facingMode: 'user' }),
        },
      });
      this.video.srcObject = this.#media;
      await this.video.play();
    } catch (e) {
      this.#fail(e instanceof ApiError ? e : cameraProblem(e));
      return;
    } finally {
      this.startButton.disabled = false;
    }

    this.#media
      .getVideoTracks()[0]
      .addEventListener('ended', () => this.#fail(cameraProblem({ name: 'NotFoundError' })));
    this.#records = [];
    this.#recent = [];
    this.#faces = [];
    this.#chosen = null;
    this.#dropped = 0;
    this.#began = performance.now();
    this.#answered = 0;
    this.#chart.clear();
    toggle(this.welcome, false);
    toggle(this.running, true);
    this.#draw(1, 1);
    this.pauseButton.focus();
    this.#stream = new CameraStream(this.video, {
      onresult: (answer, latency) => this.#receive(answer, latency),
      onproblem: (e) => this.#fail(e),
    });
    this.#stream.start();
    this.#timer = setInterval(() => this.#tick(), reducedMotion.matches ? 1000 : 200);
    this.#fit();
    this.#listDevices();
  }

  /** Stops the stream and releases the camera; does nothing if none is running. */
  stop() {
    clearInterval(this.#timer);
    this.#stream?.stop();
    this.#stream = null;
    this.#media?.getTracks().forEach((t) => t.stop());
    this.#media = null;
    this.video.srcObject = null;
    this.#setPaused(false);
    toggle(this.welcome, true);
    toggle(this.running, false);
  }

  #fail(error) {
    this.stop();
    this.problem.replaceChildren(errorNotice(error));
  }

  async #listDevices() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.kind === 'videoinput');
    const used = this.#media?.getVideoTracks()[0]?.getSettings().deviceId;
    this.devices.replaceChildren(
      ...cameras.map((d, i) =>
        h('option', { value: d.deviceId, selected: d.deviceId === used }, d.label || `Camera ${i + 1}`),
      ),
    );
    toggle(this.devices, cameras.length > 1);
  }

  #receive(answer, latency) {
    if (answer.error) {
      return; // one bad frame; the next one follows
    }

    const now = performance.now();
    this.#answered = now;
    this.#recent.push({ time: now, latency, server: answer.milliseconds });
    this.#dropped = answer.dropped ?? this.#dropped;
    // Ordered from the left, as displayed.
    const seen = [...answer.faces].sort((a, b) => (a.box.x - b.box.x) * (this.mirror.checked ? -1 : 1));
    this.#faces = seen.map((f, i) => ({ ...f, ...f.smoothed, key: f.id, number: i + 1, raw: f.scores }));
    for (const face of this.#faces) {
      this.#records.push({ ...face, time: Date.now(), seconds: (now - this.#began) / 1000, frame: answer.frame });
    }

    if (this.#records.length > maxRecords) {
      this.#records.splice(0, this.#records.length - maxRecords);
    }

    if (!this.#faces.some((f) => f.key === this.#chosen)) {
      this.#chooseLargest();
    }

    this.#chart.add(now, this.#faces.find((f) => f.key === this.#chosen)?.scores ?? null);
    this.#draw(answer.width, answer.height);
  }

  // If the chosen face disappears, another face is chosen. If there is none, the choice and its chart are kept, since
  // the face may come back.
  #chooseLargest() {
    const largest = [...this.#faces].sort((a, b) => b.box.width - a.box.width)[0];
    if (largest) {
      this.#choose(largest.key, false);
    }
  }

  #draw(width, height) {
    this.size = { width, height };
    this.#overlay.update(this.#faces, { width, height, chosen: this.#chosen, mirrored: this.mirror.checked });
    const face = this.#faces.find((f) => f.key === this.#chosen);
    toggle(this.#panel.element, Boolean(face));
    toggle(this.noFace, !face);
    if (face) {
      this.#panel.render(face, { number: face.number, total: this.#faces.length });
    }
  }

  #tick() {
    const now = performance.now();
    this.#recent = this.#recent.filter((r) => now - r.time < 2000);
    const span = Math.min(2, Math.max(0.5, (now - this.#began) / 1000));
    const timed = this.#recent.filter((r) => r.latency !== null);
    if (!this.#stream?.paused) {
      setText(this.figures.rate, (this.#recent.length / span).toFixed(1));
      const silence = (now - (this.#answered || this.#began)) / 1000; // the boxes on display are old: show how old
      setText(
        this.figures.latency,
        timed.length === 0
          ? silence < 2
            ? '–'
            : `over ${silence.toFixed(0)}\u00a0s`
          : `${Math.round(median(timed.map((r) => r.latency)))} ms`,
      );
      setText(
        this.figures.server,
        timed.length === 0 ? '–' : `${Math.round(median(timed.map((r) => r.server ?? 0)))} ms`,
      );
      setText(this.figures.dropped, String(this.#dropped));
      this.#chart.render(now);
      this.#speech.say(this.#faces);
    }
  }

  #choose(id, isUser = true) {
    const key = this.#faces.find((f) => String(f.key) === String(id))?.key ?? null;
    if (key !== this.#chosen) {
      this.#chosen = key;
      this.#chart.clear();
    }

    if (isUser && this.size) {
      this.#draw(this.size.width, this.size.height);
    }
  }

  #step(step) {
    const at = this.#faces.findIndex((f) => f.key === this.#chosen);
    const face = this.#faces[(at + step + this.#faces.length) % this.#faces.length];
    if (face) {
      this.#choose(face.key);
      announce(`Face ${face.number} of ${this.#faces.length}: ${spoken(face)}`);
    }
  }

  #pause() {
    if (this.#stream.paused) {
      this.video.play();
      this.#stream.resume();
    } else {
      this.video.pause();
      this.#stream.paused = true;
    }

    this.#setPaused(this.#stream.paused);
    announce(this.#stream.paused ? 'Paused' : 'Resumed');
  }

  #setPaused(isPaused) {
    this.pauseButton.replaceChildren(
      icon(isPaused ? 'i-play' : 'i-pause'),
      h('span', null, isPaused ? 'Resume' : 'Pause'),
    );
    this.stage.classList.toggle('paused', isPaused);
  }

  #mirrored() {
    this.video.classList.toggle('mirrored', this.mirror.checked);
    if (this.size) {
      this.#draw(this.size.width, this.size.height);
    }
  }

  #fit() {
    if (fit(this.stage, this.frame, this.video.videoWidth, this.video.videoHeight)) {
      this.#overlay.layout();
    }
  }
}
