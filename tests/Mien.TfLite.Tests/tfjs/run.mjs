// Runs networks in TensorFlow Lite: node run.mjs WASM-FOLDER FOLDER
// For each NAME.tflite in FOLDER, reads inputs from NAME.input and writes all outputs of each run to NAME.output, as
// 32-bit floating-point numbers without anything between them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [wasm, folder] = process.argv.slice(2);
// The script was made for browsers and asks the document where it is.
globalThis.document = { currentScript: { src: "" } };
const script = readFileSync(join(wasm, "tflite_web_api_cc_simd.js"), "utf8");
const factory = new Function(`${script}; return tflite_web_api_ModuleFactory;`)();
const runtime = await factory({ wasmBinary: readFileSync(join(wasm, "tflite_web_api_cc_simd.wasm")) });

for (const file of readdirSync(folder).filter((name) => name.endsWith(".tflite"))) {
  const path = join(folder, file);
  const model = readFileSync(path);
  const address = runtime._malloc(model.length);
  runtime.HEAPU8.set(model, address);
  const opened = runtime.TFLiteWebModelRunner.CreateFromBufferAndOptions(address, model.length, {
    numThreads: 1,
    enableWebNNDelegate: false,
    webNNDeviceType: 0,
    enableProfiling: false,
    maxProfilingBufferEntries: 1024,
  });
  if (!opened.ok()) {
    throw new Error(`${file}: ${opened.errorMessage()}`);
  }

  const runner = opened.value();
  const input = runner.GetInputs().get(0);
  const outputs = runner.GetOutputs();
  const bytes = readFileSync(path.replace(/tflite$/, "input"));
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const length = input.data().length;
  const results = [];
  for (let start = 0; start < values.length; start += length) {
    input.data().set(values.subarray(start, start + length));
    if (!runner.Infer()) {
      throw new Error(`${file}: the run failed.`);
    }

    for (let i = 0; i < outputs.size(); i++) {
      results.push(Buffer.from(Float32Array.from(outputs.get(i).data()).buffer));
    }
  }

  writeFileSync(path.replace(/tflite$/, "output"), Buffer.concat(results));
}
