// The video view: a video with live boxes, its chart over time, its tracks, and the analysis of the whole video.

import { ApiError } from '../api.js';
import { AnalysisPanel } from './analysis-panel.js';
import { announce, byId, clock, count, errorNotice, fit, h, icon, iconButton, setText, toggle } from '../dom.js';
import { download, videoCsv } from '../export.js';
import { FaceOverlay } from '../face-overlay.js';
import { FacePanel } from '../face-panel.js';
import { FrameSeeker } from './frame-seeker.js';
import { spoken } from '../labels.js';
import { OverTime } from './over-time.js';
import { Speech } from '../speech.js';
import { VideoAnalysis } from './video-analysis.js';
import { VideoPlayer } from './video-player.js';
import { VideoResults } from './video-results.js';
import { openVideo } from './video-source.js';
import { VideoStream } from './video-stream.js';

const longVideo = 60; // seconds, from which the analysis of the whole video is offered before it plays
const [chartInterval, calmChartInterval] = [250, 1000]; // milliseconds

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** The video view. */
export class VideoView {
  #results = new VideoResults();
  #overlay = new FaceOverlay((track) => this.#choose(Number(track)));
  #panel = new FacePanel({ live: true, onstep: (step) => this.#step(step) });
  #overTime = new OverTime({
    onseek: (time) => this.#player.seek(time),
    onchoose: (track) => this.#choose(track),
  });
  #speech = new Speech();
  #file = null;
  #address = null;
  #opened = 0;
  #analysis = null;
  #chosen = null; // the number of a track
  #isChosenByUser = false;
  #shown = { faces: [] };
  #timer = 0;
  #recent = [];
  #seeker;
  #player;
  #stream;

  /** onadd opens the file chooser. */
  constructor({ onadd }) {
    this.view = byId('view-video');
    this.title = h('h1', { id: 'video-title', class: 'view-title', tabindex: '-1' }, 'Video');
    this.facts = h('p', { class: 'facts' }, 'The file stays in the browser. Single frames are sent, and discarded.');
    this.problem = h('div', { role: 'alert' });
    this.welcome = h(
      'div',
      { class: 'drop' },
      icon('i-video', 'drop-icon'),
      h('p', { class: 'drop-title' }, 'Expressions over time'),
      h(
        'p',
        { class: 'drop-hint' },
        'Choose a video, or drop one anywhere on the page. It is not uploaded: the browser plays it and sends ' +
          'single frames to this server, which does not store them.',
      ),
      h('div', { class: 'row' }, iconButton('i-add', 'Choose a video', onadd, 'button primary')),
    );
    this.video = h('video', { playsinline: true, preload: 'auto', 'aria-label': 'The video' });
    this.video.muted = true;
    this.frame = h('div', { class: 'frame' }, this.video, this.#overlay.element);
    this.stage = h('div', { class: 'stage' }, this.frame);
    this.#seeker = new FrameSeeker(this.video);
    this.#stream = new VideoStream(this.video, this.#results, {
      onshown: (time) => this.#show(time),
      onresult: (frame) => this.#receive(frame),
      onproblem: (e) => this.#fail(e),
    });
    this.#player = new VideoPlayer(this.video, this.#seeker, {
      onmove: () => this.#resume(),
      isShown: () => !this.view.hidden && this.#address !== null && !this.running.hidden,
      isLocked: () => this.#analysis !== null,
      shownTime: () => this.#stream.shown,
    });
    this.analysis = new AnalysisPanel({
      onstart: (choice) => this.#analyse(choice),
      oncancel: () => this.#analysis?.cancel(),
    });
    this.noFace = h('div', { class: 'empty' }, h('h2', null, ''), h('p', null, ''));
    this.csv = iconButton('i-download', 'CSV', () =>
      download(`${this.#file.name}.csv`, videoCsv(this.#file.name, this.#results.frames), 'text/csv'),
    );
    this.another = iconButton('i-add', 'Another video', onadd, 'button primary');
    this.running = h(
      'div',
      { hidden: true },
      h(
        'div',
        { class: 'columns' },
        h('div', { class: 'column-main' }, this.stage, this.#player.element, this.analysis.element),
        h('div', { class: 'column-side live' }, this.#panel.element, this.noFace, this.#player.help),
      ),
      this.#overTime.element,
    );
    this.view.append(
      h(
        'div',
        { class: 'view-head' },
        h('div', { class: 'view-names' }, h('div', null, this.title, this.facts)),
        h('div', { class: 'row' }, this.csv, this.another),
      ),
      this.problem,
      this.welcome,
      this.running,
    );
    toggle(this.csv, false);
    toggle(this.another, false);
    new ResizeObserver(() => this.#fit()).observe(this.stage);
    this.video.addEventListener('resize', () => this.#fit());
    this.video.addEventListener('error', () => this.#broken());
    this.video.addEventListener('timeupdate', () => this.#player.show(this.#position));
  }

  /** Called when the view is opened. */
  show({ focus }) {
    if (focus) {
      this.title.focus({ preventScroll: true });
    }

    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), reducedMotion.matches ? calmChartInterval : chartInterval);
    this.#fit();
    if (this.#address !== null && this.#analysis === null && !this.running.hidden) {
      this.#stream.start();
    }
  }

  /** Called when another view is opened: nothing is sent any more. Results stay. */
  hide() {
    clearInterval(this.#timer);
    this.video.pause();
    this.#analysis?.cancel();
    this.#stream.stop();
  }

  /** Opens a video file; note is shown beside its name. */
  async open(file, note = '') {
    this.#close();
    const number = ++this.#opened;
    this.#file = file;
    this.#address = URL.createObjectURL(file);
    setText(this.title, file.name);
    setText(this.facts, 'Opening…');
    toggle(this.welcome, false);
    toggle(this.another, true);
    try {
      await openVideo(this.video, file, this.#address);
    } catch (e) {
      if (number === this.#opened) {
        this.#close();
        setText(this.facts, note);
        toggle(this.welcome, true);
        toggle(this.another, false);
        this.#fail(e);
      }

      return;
    }

    if (number !== this.#opened) {
      return; // another video was opened meanwhile
    }

    const { videoWidth, videoHeight, duration } = this.video;
    this.note = note;
    this.size = `${videoWidth}×${videoHeight} pixels · ${clock(duration, 1)}`;
    toggle(this.running, true);
    toggle(this.csv, true);
    this.#overTime.reset(duration);
    this.#player.reset();
    this.analysis.reset(duration, duration > longVideo);
    this.#fit();
    this.#show(0);
    this.#tick();
    this.#stream.watch();
    if (this.view.hidden) {
      return;
    }

    this.#stream.start();
    try {
      await this.#seeker.seek(0); // so that the time of the first frame is reported, and its result follows
    } catch {
      return; // #broken has shown the error
    }

    if (number !== this.#opened || this.#analysis !== null || this.view.hidden) {
      return;
    }

    if (duration > longVideo) {
      this.analysis.startButton.focus({ preventScroll: true });
    } else if (!reducedMotion.matches) {
      this.video.play().catch(() => {}); // the browser may want a click first
    }
  }

  #close() {
    this.#analysis?.cancel();
    this.#stream.stop();
    this.#stream.unwatch();
    this.#seeker.reset();
    this.#results.clear();
    this.#chosen = null;
    this.#isChosenByUser = false;
    this.#recent = [];
    this.problem.replaceChildren();
    toggle(this.running, false);
    toggle(this.csv, false);
    if (this.#address !== null) {
      this.video.pause();
      this.video.removeAttribute('src');
      this.video.load();
      URL.revokeObjectURL(this.#address);
      this.#address = null;
    }
  }

  #fail(error) {
    this.video.pause();
    this.problem.replaceChildren(errorNotice(error));
  }

  // An error after the video was opened; errors of the opening are handled there.
  #broken() {
    if (!this.running.hidden && this.#analysis === null) {
      this.#fail(
        new ApiError(`The browser cannot decode this video from ${clock(this.#position, 1)} on.`, {
          title: 'The video is damaged',
          advice: 'The results so far are kept. “mien video” reads damaged videos as far as possible.',
        }),
      );
    }
  }

  #resume() {
    this.problem.replaceChildren();
    this.#stream.start();
  }

  async #analyse({ rate, from }) {
    this.video.pause();
    this.problem.replaceChildren();
    this.#stream.stop();
    if (from === null) {
      this.#results.clear();
      this.#chosen = null;
      this.#isChosenByUser = false;
    }

    let last = from;
    const analysis = new VideoAnalysis(this.video, this.#seeker, this.#results, {
      rate,
      from,
      onframe: ({ frame, ...figures }) => {
        if (frame) {
          last = frame.time;
          this.#receive(frame);
        }

        this.analysis.report({ time: last ?? 0, ...figures });
      },
    });
    this.#analysis = analysis;
    this.#player.lock(true);
    const number = this.#opened;
    let problem = null;
    let figures = null;
    try {
      figures = await analysis.run();
    } catch (e) {
      problem = e;
    }

    if (this.#analysis === analysis) {
      this.#analysis = null;
      this.#player.lock(false);
    }

    if (number !== this.#opened) {
      return; // another video was opened
    }

    this.#chooseLongest();
    this.#tick();
    if (figures) {
      this.analysis.complete(figures);
    } else {
      this.analysis.interrupt(last);
      if (problem.name !== 'AbortError') {
        this.#fail(problem);
      }
    }
  }

  get #position() {
    return this.#stream.shown ?? this.video.currentTime;
  }

  #receive(frame) {
    this.#recent.push(performance.now());
    if (!this.#isChosenByUser && frame.faces.length > 0 && !frame.faces.some((f) => f.track === this.#chosen)) {
      this.#chosen = [...frame.faces].sort((a, b) => b.box.width - a.box.width)[0].track;
    }

    this.#show(this.#position);
  }

  /** Shows what is known of the frame at a time. */
  #show(time) {
    this.#player.show(time);
    const { videoWidth: width, videoHeight: height } = this.video;
    const found = this.#results.at(time);
    const isKnown = found !== null;
    const faces = [...(found?.faces ?? [])]
      .sort((a, b) => a.box.x - b.box.x)
      .map((f) => ({ ...f, ...f.smoothed, key: f.track, name: `Track ${f.track}` }));
    this.#overlay.update(faces, { width: width || 1, height: height || 1, chosen: this.#chosen });
    const face = faces.find((f) => f.key === this.#chosen);
    this.#shown = { faces, isKnown };
    this.#overTime.mark(time, face?.scores ?? null);
    toggle(this.#panel.element, Boolean(face));
    toggle(this.noFace, !face);
    if (face) {
      this.#panel.render(face, { name: face.name, total: faces.length });
    } else {
      this.#explain(faces, isKnown);
    }
  }

  #explain(faces, isKnown) {
    const [heading, text] = this.noFace.children;
    setText(heading, !isKnown ? 'Not analysed' : faces.length > 0 ? 'Another face' : 'No face was found');
    setText(
      text,
      !isKnown
        ? 'Play the video, or analyse all of it.'
        : faces.length > 0
          ? `Track ${this.#chosen} is not in this frame. Choose a box, or one of the tracks below.`
          : 'There is no face in this frame, or it is in profile, covered or very small.',
    );
  }

  #tick() {
    if (this.running.hidden) {
      return;
    }

    const now = performance.now();
    this.#recent = this.#recent.filter((at) => now - at < 2000);
    const { frames } = this.#results;
    const isMoving = !this.video.paused && this.#recent.length > 0;
    const rate = isMoving ? `${(this.#recent.length / 2).toFixed(1)} per second` : null;
    setText(
      this.facts,
      [this.size, `${count(frames.length, 'frame')} analysed`, rate, this.note].filter(Boolean).join(' · '),
    );
    this.#draw();
    if (!this.video.paused && this.#shown.isKnown) {
      this.#speech.say(this.#shown.faces);
    }
  }

  #draw() {
    this.#overTime.render(this.#results, this.#chosen);
  }

  #choose(track) {
    this.#chosen = track;
    this.#isChosenByUser = true;
    this.#show(this.#position);
    this.#draw();
  }

  #chooseLongest() {
    if (!this.#isChosenByUser) {
      const longest = [...this.#results.tracks()].sort((a, b) => b.frames - a.frames)[0];
      this.#chosen = longest?.track ?? null;
      this.#show(this.#position);
    }
  }

  #step(step) {
    const { faces } = this.#shown;
    const at = faces.findIndex((f) => f.key === this.#chosen);
    const face = faces[(at + step + faces.length) % faces.length];
    if (face) {
      this.#choose(face.key);
      announce(`${face.name}: ${spoken(face)}`);
    }
  }

  #fit() {
    if (fit(this.stage, this.frame, this.video.videoWidth, this.video.videoHeight)) {
      this.#overlay.layout();
    }
  }
}
