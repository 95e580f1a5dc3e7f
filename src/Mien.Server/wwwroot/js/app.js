// The page: the current view, the list of photos, and their recognition. The video and the camera have their own views.

import { about, photoError, recognize, setKeyPrompt } from './api.js';
import { CameraView } from './camera-view.js';
import { announce, byId, count, h, toggle } from './dom.js';
import { learn, percent, summary } from './labels.js';
import { Gallery } from './gallery.js';
import { attachIntake } from './intake.js';
import { promptForKey } from './key-dialog.js';
import { PhotoView } from './photo-view.js';
import { attachTheme } from './theme.js';
import { looksLikeVideo } from './video/video-source.js';
import { VideoView } from './video/video-view.js';

// Two requests in parallel keep the server busy without filling its queue.
const maxParallel = 2;

let entries = [];
let open = null; // the entry in the photo view
let atStart = true; // whether the start page is shown, even if there are photos
let working = 0;

const isGallery = () => entries.length > 1;
const places = ['photos', 'video', 'camera'];
const place = () => places.find((name) => location.hash === `#${name}`) ?? 'photos';

const openFiles = attachIntake(take);
const photo = new PhotoView({ onback: () => showGallery(), onadd: openFiles, onstep: (step) => stepPhoto(step) });
const gallery = new Gallery({ onopen: (entry) => openPhoto(entry), onadd: openFiles, onclear: clear });
const video = new VideoView({ onadd: openFiles });
const camera = new CameraView();

function notice(error) {
  byId('notice').replaceChildren(
    ...(error
      ? [
          h(
            'div',
            { class: 'notice error' },
            h(
              'div',
              null,
              h('strong', null, error.title ?? 'That did not work'),
              h('p', null, error.message, error.advice ? ` ${error.advice}` : ''),
            ),
            h('button', { type: 'button', class: 'button quiet', onclick: () => notice(null) }, 'Close'),
          ),
        ]
      : []),
  );
}

/** Shows the view for the current state. */
function show({ focus = false } = {}) {
  const at = place();
  toggle(byId('view-start'), at === 'photos' && atStart);
  toggle(byId('view-photo'), at === 'photos' && !atStart && open !== null);
  toggle(byId('view-gallery'), at === 'photos' && !atStart && open === null);
  for (const name of places) {
    if (name === at) {
      byId(`tab-${name}`).setAttribute('aria-current', 'page');
    } else {
      byId(`tab-${name}`).removeAttribute('aria-current');
    }
  }

  for (const [name, view] of [
    ['video', video],
    ['camera', camera],
  ]) {
    toggle(byId(`view-${name}`), name === at);
    if (name === at) {
      view.show({ focus });
    } else {
      view.hide();
    }
  }

  if (at === 'photos') {
    refresh({ focus });
  }
}

function refresh({ focus = false } = {}) {
  if (atStart) {
    return;
  }

  if (open) {
    photo.show(open, { inGallery: isGallery(), focus });
  } else {
    gallery.render(entries);
    if (focus) {
      gallery.title.focus({ preventScroll: true });
    }
  }
}

/** Opens files: photos in the gallery, and of the videos the first one. */
function take(files) {
  notice(null);
  const videos = files.filter(looksLikeVideo);
  const photos = files.filter((f) => !videos.includes(f));
  if (photos.length > 0) {
    addFiles(photos);
  }

  if (videos.length > 0) {
    openVideo(videos, photos);
  }
}

function openVideo([file, ...others], photos) {
  if (place() !== 'video') {
    history.pushState({ view: 'video' }, '', '#video');
  }

  show({ focus: true });
  announce(`Opening ${file.name}.`);
  const left = [
    others.length > 0 ? `${count(others.length, 'other video')} not opened: choose one at a time` : '',
    photos.length > 0 ? `${count(photos.length, 'photo')} under Photos` : '',
  ];
  video.open(file, left.filter(Boolean).join(' · '));
}

function addFiles(files) {
  const added = files.map((file) => ({
    name: file.name || 'pasted.png',
    file,
    url: URL.createObjectURL(file),
    result: null,
    error: null,
    milliseconds: 0,
  }));
  if (atStart || !isGallery()) {
    forget();
  }

  // The browser's Back leads from the photos to the start page. Adding photos to a gallery makes no new history entry.
  const isNewPlace = atStart || place() !== 'photos';
  entries.push(...added);
  open = isGallery() ? null : entries[0];
  atStart = false;
  history[isNewPlace ? 'pushState' : 'replaceState']({ view: 'photos' }, '', '#photos');
  show({ focus: true });
  announce(`Detecting faces in ${count(added.length, 'photo')}.`);
  work();
}

function forget() {
  entries.forEach((e) => URL.revokeObjectURL(e.url));
  entries = [];
  open = null;
}

function clear() {
  forget();
  gallery.render([]);
  atStart = true;
  history.replaceState({ view: 'start' }, '', '#photos');
  show();
  byId('choose').focus();
}

function openPhoto(entry) {
  open = entry;
  history.pushState({ view: 'photo', index: entries.indexOf(entry) }, '', '#photos');
  show({ focus: true });
}

function showGallery() {
  if (history.state?.view === 'photo') {
    history.back(); // to the gallery, from which it was opened
  } else {
    history.replaceState({ view: 'photos' }, '', '#photos');
    travel({ state: history.state });
  }
}

function stepPhoto(step) {
  const index = (entries.indexOf(open) + step + entries.length) % entries.length;
  open = entries[index];
  history.replaceState({ view: 'photo', index }, '', '#photos');
  show({ focus: true });
}

/** Handles the browser's Back and Forward, and links within the page, which have no state. */
function travel({ state }) {
  if (location.hash === '#main') {
    return;
  }

  const last = open;
  if (state?.view === 'start' || entries.length === 0) {
    atStart = true;
  } else if (state) {
    atStart = false;
    open = state.view === 'photo' ? (entries[state.index] ?? null) : isGallery() ? null : entries[0];
    open ??= isGallery() ? null : entries[0];
  }

  show({ focus: true });
  if (last && !open && !atStart && place() === 'photos') {
    gallery.focus(last);
  }
}

async function work() {
  while (working < maxParallel) {
    const entry = entries.find((e) => !e.started);
    if (!entry) {
      return;
    }

    entry.started = true;
    working++;
    recognizeEntry(entry).finally(() => {
      working--;
      work();
    });
  }
}

async function recognizeEntry(entry) {
  try {
    Object.assign(entry, await recognize(entry.file, { crops: 'true' }));
    if (!isDescribed) {
      describeModel(); // the API key was missing before
    }
  } catch (e) {
    entry.error = photoError(e, entry.file);
  }

  if (!entries.includes(entry)) {
    return; // the gallery was cleared meanwhile
  }

  refresh();
  say(entry);
}

function say(entry) {
  if (isGallery()) {
    if (entries.every((e) => e.result || e.error)) {
      const faces = entries.flatMap((e) => e.result?.faces ?? []);
      const failed = entries.filter((e) => e.error).length;
      announce(
        `All ${entries.length} photos are processed: ${count(faces.length, 'face')}. ${summary(faces)}.` +
          (failed > 0 ? ` ${failed} could not be read.` : ''),
      );
    }
  } else if (entry.error && !entry.error.isOfFile) {
    notice(entry.error);
  } else if (entry.error) {
    // The panel of the photo shows the error.
    announce(`${entry.error.title}. ${entry.error.message} ${entry.error.advice}`);
  } else {
    const { faces } = entry.result;
    announce(faces.length === 0 ? 'No face was found.' : `${count(faces.length, 'face')} found: ${summary(faces)}.`);
  }
}

async function trySample() {
  try {
    const response = await fetch('sample.jpg');
    if (!response.ok) {
      throw new Error(`The sample could not be loaded (status ${response.status}).`);
    }

    addFiles([new File([await response.blob()], 'sample.jpg', { type: 'image/jpeg' })]);
    entries[0].note =
      'These synthetic faces are averages of many images and therefore blurred. ' +
      'A face may be missed, and labels may be wrong.';
    refresh();
  } catch (e) {
    notice(e);
  }
}

let isDescribed = false;

/** Shows the model's name, threshold and accuracy, if they are available. */
async function describeModel() {
  const { info, models } = await about();
  if (info?.labels) {
    learn(info.labels);
    refresh();
  }

  photo.offer(info?.heads ?? []);
  if (info?.uncertainBelow) {
    byId('uncertain-below').textContent = `Below ${percent(info.uncertainBelow)}`;
  }

  const contract = models?.models?.find((m) => m.inUse)?.contract;
  if (contract) {
    isDescribed = true;
    byId('model-name').textContent = ` with the model “${contract.name}”`;
    const accuracy = accuracyText(contract, info?.head);
    byId('model-accuracy').textContent = accuracy
      ? ` This model classifies ${accuracy} of 100 validation images correctly; on photos, fewer.`
      : '';
  }
}

/** The accuracy of the head in use, such as 70.2; of a blend with the labels of each head, such as 68.7 (fer2013). */
function accuracyText(contract, head) {
  const isBlend = contract.blend && (!head || head === 'blend');
  const { metrics } = isBlend ? contract.blend : (contract.heads?.find((h) => h.name === head) ?? contract);
  const figures = isBlend
    ? contract.heads.map(({ name }) => [metrics?.[`publicTest.${name}.accuracy`], ` (labels of ${name})`])
    : [[metrics?.['publicTest.accuracy'], '']];
  return figures
    .filter(([share]) => share)
    .map(([share, labels]) => `${(share * 100).toFixed(1)}${labels}`)
    .join(' and ');
}

setKeyPrompt(promptForKey);
attachTheme(byId('theme'));
byId('choose').addEventListener('click', openFiles);
byId('sample').addEventListener('click', trySample);
byId('host').textContent = `this server (${location.host})`;
addEventListener('popstate', travel);
history.replaceState({ view: 'start' }, '');
show();
describeModel();
