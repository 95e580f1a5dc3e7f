// Exports results as files. The columns are those of `mien predict --csv` (docs/predict.md), and for videos those of
// `mien video --csv` (docs/video.md).

import { labels, title } from './labels.js';

// Pairs of a column's name and a function for its value. A row is no plain object with the columns as keys, since a
// label can have the same name as another column.
const columns = (...names) => names.map((name) => [name, (row) => row[name]]);
const box = ['boxX', 'boxY', 'boxWidth', 'boxHeight'];
const outcome = ['label', 'confidence', 'uncertain'];
const quality = ['size', 'sharpness', 'contrast', 'touchesEdge', 'yaw'];
const scores = (kind, ending = '') => labels().map((l) => [`${l}${ending}`, (row) => row[kind]?.[l]]);

const photoColumns = (hasHeads) => [
  ...columns('path', 'status', 'isFaceCrop', 'imageWidth', 'imageHeight', 'faces', 'face', ...box, 'roll'),
  ...columns('detectionScore', ...outcome),
  ...scores('scores'),
  ...columns('error', 'model', 'expression', 'uncertainReason', ...quality, ...(hasHeads ? ['head'] : [])),
];

// As `mien video`, without the number of the frame in the file, which browsers do not tell, and without the quality.
const videoColumns = (hasHeads) => [
  ...columns('path', 'time', 'status', 'cut', 'imageWidth', 'imageHeight', 'faces', 'face', 'track', ...box, 'roll'),
  ...columns('detectionScore', ...outcome),
  ...scores('scores'),
  ...columns('smoothedLabel', 'smoothedConfidence', 'smoothedUncertain'),
  ...labels().map((l) => [`smoothed${title(l)}`, (row) => row.smoothedScores?.[l]]),
  ...columns('expression', 'uncertainReason', ...(hasHeads ? ['head'] : [])),
];

const liveColumns = () => [
  ...columns('time', 'seconds', 'frame', 'face', ...box, ...outcome),
  ...scores('scores'),
  ...scores('raw', 'Raw'),
  ...columns('expression', 'uncertainReason'),
];

// RFC 4180. A text that a spreadsheet would evaluate as a formula gets an apostrophe, since file names are untrusted.
function field(value) {
  if (value === null || value === undefined) {
    return '';
  }

  let text = String(value);
  if (typeof value === 'string' && /^[=+@\t\r-]/.test(text)) {
    text = `'${text}`;
  }

  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const table = (head, rows) =>
  [head.map(([name]) => field(name)), ...rows.map((row) => head.map(([, value]) => field(value(row))))]
    .map((fields) => `${fields.join(',')}\n`)
    .join('');

const place = (box) => ({ boxX: box?.x, boxY: box?.y, boxWidth: box?.width, boxHeight: box?.height });

const shown = ({ label, confidence, uncertain, uncertainReason, expression }) => ({
  label,
  confidence,
  uncertain,
  uncertainReason: uncertainReason?.join(';'),
  expression,
});

/** Photos with their results as CSV, one line per face. */
export function photosCsv(photos) {
  const rows = photos.flatMap(({ name, result, error }) => {
    const common = error
      ? { path: name, status: 'error', faces: 0, error: `${error.code || 'unexpected'}: ${error.message}` }
      : {
          path: name,
          status: result.status,
          isFaceCrop: result.isFaceCrop,
          imageWidth: result.width,
          imageHeight: result.height,
          faces: result.faces.length,
          model: result.model,
          head: result.head,
        };
    if (error || result.faces.length === 0) {
      return [common];
    }

    return result.faces.map((f, i) => ({
      ...common,
      face: i + 1,
      ...place(f.box),
      roll: f.roll,
      detectionScore: f.detectionScore,
      ...shown(f),
      ...f.quality,
      scores: f.scores,
    }));
  });
  return table(photoColumns(photos.some(({ result }) => result?.head)), rows);
}

/** Photos with their results as JSON, as written by `mien predict --json`, without crops and heat maps. */
export function photosJson(photos) {
  const list = photos.map(({ name, result, error }) =>
    error
      ? { path: name, status: 'error', error: { code: error.code || 'unexpected', message: error.message }, faces: [] }
      : { ...result, path: name, faces: result.faces.map(({ crop, explanation, ...face }) => face) },
  );
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** The records of a camera as CSV, one line per frame and face. */
export function liveCsv(records) {
  return table(
    liveColumns(),
    records.map((r) => ({
      time: new Date(r.time).toISOString(),
      seconds: r.seconds.toFixed(3),
      frame: r.frame,
      face: r.id,
      ...place(r.box),
      ...shown(r),
      scores: r.scores,
      raw: r.raw,
    })),
  );
}

/** The analysed frames of a video as CSV, one line per frame and face; a frame without a face has one line. */
export function videoCsv(path, frames) {
  const rows = frames.flatMap(({ time, cut, width, height, head, faces }) => {
    const common = {
      path,
      time: time.toFixed(6),
      status: faces.length > 0 ? 'ok' : 'noFace',
      cut,
      imageWidth: width,
      imageHeight: height,
      faces: faces.length,
      head,
    };
    if (faces.length === 0) {
      return [common];
    }

    return faces.map((f, i) => ({
      ...common,
      face: i + 1,
      track: f.track,
      ...place(f.box),
      roll: f.roll,
      detectionScore: f.detectionScore,
      ...shown(f),
      scores: f.scores,
      smoothedLabel: f.smoothed.label,
      smoothedConfidence: f.smoothed.confidence,
      smoothedUncertain: f.smoothed.uncertain,
      smoothedScores: f.smoothed.scores,
    }));
  });
  return table(videoColumns(frames.some(({ head }) => head)), rows);
}

/** Downloads a text as a file. */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
