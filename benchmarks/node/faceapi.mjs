// Sets up @vladmandic/face-api on the WASM backend of TensorFlow.js, in its fastest configuration in Node.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const require = createRequire(import.meta.url);
const os = require('node:os');
const folderOf = (name) => path.dirname(require.resolve(`${name}/package.json`));

/**
 * @param {number} threads 1: TensorFlow.js's default, which disables WASM threads in Node; more: with threads.
 * @returns {Promise<{ faceapi: object, tf: object, facts: object, stop: () => void }>} `facts` are versions and
 *   hardware; `stop` removes temporary files.
 */
export async function start(threads) {
  const tf = require('@tensorflow/tfjs');
  const wasmFolder = folderOf('@tensorflow/tfjs-backend-wasm');
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  let stop = () => {};
  const cpus = os.cpus();
  if (threads > 1) {
    stop = allowThreads(wasmFolder);
    // The binary uses at most half of the reported number of cores.
    os.cpus = () => Array(2 * threads).fill(cpus[0]);
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true);
  }

  wasm.setThreadsCount(threads);
  wasm.setWasmPaths(path.join(wasmFolder, 'dist') + path.sep);
  // The package's main file is its build for tfjs-node, so the WASM build is loaded by name.
  const faceapi = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
  await tf.setBackend('wasm');
  await tf.ready();
  os.cpus = () => cpus;
  const models = path.join(folderOf('@vladmandic/face-api'), 'model');
  await faceapi.nets.ssdMobilenetv1.loadFromDisk(models);
  await faceapi.nets.tinyFaceDetector.loadFromDisk(models);
  await faceapi.nets.faceExpressionNet.loadFromDisk(models);

  const version = (name) => require(`${name}/package.json`).version;
  const facts = {
    processor: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    faceApi: version('@vladmandic/face-api'),
    tfjs: version('@tensorflow/tfjs'),
    tfjsBackendWasm: version('@tensorflow/tfjs-backend-wasm'),
    sharp: require('sharp').versions.sharp,
    libvips: require('sharp').versions.vips,
    mozjpeg: require('sharp').versions.mozjpeg,
    backend: tf.getBackend(),
    simd: await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'),
    threadSupport: await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'),
    threads: wasm.getThreadsCount(),
  };
  return { faceapi, tf, facts, stop };
}

// The threaded binary starts its workers from blob: addresses, which Node's Worker does not support; it supports files.
// So the two blobs (the worker's script and the factory that it loads) are written to a temporary folder and passed as
// paths.
function allowThreads(wasmFolder) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tfjs-wasm-'));
  const factory = path.join(folder, 'factory.js');
  const worker = path.join(folder, 'worker.js');
  const text = fs.readFileSync(path.join(wasmFolder, 'wasm-out', 'tfjs-backend-wasm-threaded-simd.worker.js'), 'utf8');
  const { wasmWorkerContents } = new Function('module', `${text}; return module.exports;`)({ exports: {} });
  const redirect = `URL.createObjectURL = () => ${JSON.stringify(factory)}; URL.revokeObjectURL = () => {};\n`;
  fs.writeFileSync(worker, redirect + wasmWorkerContents.replaceAll('\n', '\\n'));
  fs.copyFileSync(path.join(wasmFolder, 'wasm-out', 'tfjs-backend-wasm-threaded-simd.js'), factory);
  URL.createObjectURL = () => worker;
  return () => fs.rmSync(folder, { recursive: true, force: true });
}
