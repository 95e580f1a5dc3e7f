// Times face-api on the six photos of tests/photos; see README.md. Prints one JSON document.
import { parseArgs } from 'node:util';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { start } from './faceapi.mjs';

const { values: options } = parseArgs({
  options: {
    photos: { type: 'string' },
    runs: { type: 'string', default: '10' },
    'warm-up': { type: 'string', default: '2' },
    threads: { type: 'string', default: '1' },
    side: { type: 'string', default: '0' },
  },
});
const whole = (name, least) => {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < least) {
    console.error(`--${name}: '${options[name]}' is not a whole number of at least ${least}.`);
    process.exit(2);
  }
  return value;
};
const runs = whole('runs', 1);
const warmUp = whole('warm-up', 0);
const threads = whole('threads', 1);
const side = whole('side', 0);
const require = createRequire(import.meta.url);
const folder = options.photos ?? path.join(path.dirname(require.resolve('@vladmandic/face-api/package.json')), 'demo');
const marksFile = fileURLToPath(new URL('../../tests/photos/marks.json', import.meta.url));
const marks = JSON.parse(fs.readFileSync(marksFile, 'utf8'));
const photos = marks.photos.map((photo) => ({ name: path.basename(photo.file), marked: photo.faces }));

const missing = photos.map((photo) => path.join(folder, photo.name)).find((file) => !fs.existsSync(file));
if (missing) {
  console.error(`${missing} is missing; --photos names the folder of the six photos.`);
  process.exit(2);
}

const { faceapi, tf, facts, stop } = await start(threads);
// libvips decodes a JPEG on one thread; a larger pool would only compete with the measured work.
sharp.concurrency(threads);
sharp.cache(false);

// JPEG bytes → int32 tensor [height, width, 3], upright: the same result as the package's own WASM example, without its
// intermediate plain array. With --side the decoder may downscale while it decodes (n/8).
async function decode(file) {
  let image = sharp(file).rotate();
  if (side > 0) {
    image = image.resize(side, side, { fit: 'inside', withoutEnlargement: true });
  }
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const tensor = tf.tensor3d(new Int32Array(data), [info.height, info.width, 3], 'int32');
  return { tensor, width: info.width, height: info.height };
}

const detectors = {
  ssdMobilenetv1: () => new faceapi.SsdMobilenetv1Options(),
  tinyFaceDetector: () => new faceapi.TinyFaceDetectorOptions(),
};

// Reading the file is part of a photo's time, as in Mien's measurements.
async function photoToResult(file, makeOptions) {
  const begin = performance.now();
  const { tensor, width, height } = await decode(file);
  const decoded = performance.now();
  const results = await faceapi.detectAllFaces(tensor, makeOptions()).withFaceExpressions();
  tensor.dispose();
  return { total: performance.now() - begin, decode: decoded - begin, results, width, height };
}

const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * share)];
const round = (value) => Math.round(value * 100) / 100;

const overlap = (a, b) => {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return w <= 0 || h <= 0 ? 0 : (w * h) / (a.width * a.height + b.width * b.height - w * h);
};

// Each mark is matched with the best overlapping box that is still free; the remaining boxes are false positives.
function count(marked, results, scale) {
  const free = results.map(({ detection: { box } }) =>
    ({ x: box.x / scale, y: box.y / scale, width: box.width / scale, height: box.height / scale }));
  let found = 0;
  for (const { box } of marked) {
    const best = free.reduce((b, candidate, i) => {
      const least = b < 0 ? 0.3 : overlap(box, free[b]);
      return overlap(box, candidate) > least ? i : b;
    }, -1);
    if (best >= 0) {
      free.splice(best, 1);
      found++;
    }
  }
  return { found, false: free.length };
}

const report = { facts, runs, warmUp, side: side || null, milliseconds: {} };
for (const [name, makeOptions] of Object.entries(detectors)) {
  const rows = [];
  const all = [];
  const tensorsBefore = tf.memory().numTensors;
  for (const photo of photos) {
    const file = path.join(folder, photo.name);
    const times = [];
    const decodes = [];
    let last;
    for (let i = 0; i < warmUp + runs; i++) {
      last = await photoToResult(file, makeOptions);
      if (i >= warmUp) {
        times.push(last.total);
        decodes.push(last.decode);
      }
    }
    const original = await sharp(file).metadata();
    all.push(...times);
    rows.push({
      photo: photo.name, size: `${last.width}x${last.height}`, faces: photo.marked.length,
      ...count(photo.marked, last.results, last.width / original.width),
      median: round(quantile(times, 0.5)), p10: round(quantile(times, 0.1)), p90: round(quantile(times, 0.9)),
      decodeMedian: round(quantile(decodes, 0.5)),
      expressions: last.results.map((r) => r.expressions.asSortedArray()[0].expression),
    });
  }
  report.milliseconds[name] = {
    meanOfMedians: round(rows.reduce((sum, row) => sum + row.median, 0) / rows.length),
    median: round(quantile(all, 0.5)), p10: round(quantile(all, 0.1)), p90: round(quantile(all, 0.9)),
    found: rows.reduce((sum, row) => sum + row.found, 0), of: rows.reduce((sum, row) => sum + row.faces, 0),
    false: rows.reduce((sum, row) => sum + row.false, 0),
    leakedTensors: tf.memory().numTensors - tensorsBefore,
    photos: rows,
  };
}
console.log(JSON.stringify(report, null, 2));
stop();
process.exit(0);
