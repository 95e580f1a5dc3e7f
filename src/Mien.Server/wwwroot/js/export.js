// Results as files. The columns are those of `mien predict --csv` (docs/predict.md).

import { names } from './expressions.js';

const photoColumns = ['path', 'status', 'countedAs', 'imageWidth', 'imageHeight', 'faces', 'face', 'boxX', 'boxY', 'boxWidth', 'boxHeight', 'roll',
  'detectionScore', 'expression', 'confidence', 'uncertain', ...names, 'error', 'model'];

const liveColumns = ['time', 'seconds', 'frame', 'face', 'boxX', 'boxY', 'boxWidth', 'boxHeight', 'expression', 'confidence', 'uncertain', ...names,
  ...names.map((n) => `${n}Raw`)];

// RFC 4180. A text that a spreadsheet would take for a formula is given an apostrophe: file names are others' text.
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

const line = (columns, row) => columns.map((c) => field(row[c])).join(',');

const table = (columns, rows) => `${columns.join(',')}\n${rows.map((r) => `${line(columns, r)}\n`).join('')}`;

const place = (box) => ({ boxX: box?.x, boxY: box?.y, boxWidth: box?.width, boxHeight: box?.height });

/** Photos with their results, a line a face. */
export function photosCsv(photos) {
  const rows = photos.flatMap(({ name, result, error }) => {
    const common = error
      ? { path: name, status: 'error', faces: 0, error: `${error.code || 'unexpected'}: ${error.message}` }
      : { path: name, status: result.status, countedAs: result.countedAs, imageWidth: result.width, imageHeight: result.height, faces: result.faces.length, model: result.model };
    if (error || result.faces.length === 0) {
      return [common];
    }

    return result.faces.map((f, i) => ({
      ...common, face: i + 1, ...place(f.box), roll: f.roll, detectionScore: f.detectionScore, expression: f.expression, confidence: f.confidence, uncertain: f.uncertain,
      ...f.probabilities,
    }));
  });
  return table(photoColumns, rows);
}

/** Photos with their results, as `mien predict --json` writes them; pictures are left out. */
export function photosJson(photos) {
  const list = photos.map(({ name, result, error }) => (error
    ? { path: name, status: 'error', error: { code: error.code || 'unexpected', message: error.message }, faces: [] }
    : { ...result, path: name, faces: result.faces.map(({ crop, explanation, ...face }) => face) }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** The records of a camera, a line a face and frame. */
export function liveCsv(records) {
  return table(liveColumns, records.map((r) => ({
    time: new Date(r.time).toISOString(), seconds: r.seconds.toFixed(3), frame: r.frame, face: r.id, ...place(r.box), expression: r.expression,
    confidence: r.confidence, uncertain: r.uncertain, ...r.probabilities, ...Object.fromEntries(names.map((n) => [`${n}Raw`, r.raw[n]])),
  })));
}

/** Hands a text to the user as a file. */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
