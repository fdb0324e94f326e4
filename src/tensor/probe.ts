/**
 * Asks a device for a product of two small matrices, in a child process: a driver that crashes or hangs takes nothing
 * with it. Says what answered; `devices.ts` judges it.
 */
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';

export type ProbeRequest =
  | {
      readonly kind: 'onnx';
      readonly provider: 'cuda' | 'webgpu';
      readonly module: string;
      readonly model: string;
    }
  | { readonly kind: 'tfjs-node'; readonly module: string }
  | { readonly kind: 'dawn'; readonly module: string };

export interface ProbeAnswer {
  /** Undefined: the device works. */
  readonly problem?: string;
  /** What the driver calls the adapter, where it says so. */
  readonly adapter?: string;
  /** The driver's own word that its adapter is software. */
  readonly software?: boolean;
  /** File names of the shared libraries that were loaded: they tell a GPU's driver from a software one. */
  readonly libraries?: readonly string[];
}

/** A working driver answers within a second; this bounds one that hangs. */
const limitMs = 8000;

/**
 * Plain JavaScript, given to Node as text: the same whether medx runs from its sources (tests) or as a build. Reads the
 * request from its first argument and prints one line of JSON.
 */
const script = `
const request = JSON.parse(process.argv[1]);
const answer = async () => {
  if (request.kind === 'dawn') {
    const { create } = await import(request.module);
    const adapter = await create([]).requestAdapter();
    if (!adapter) return { problem: 'no adapter was found' };
    const { description, device, architecture, vendor, isFallbackAdapter } = adapter.info;
    return { adapter: description || device || architecture || vendor, software: isFallbackAdapter === true };
  }
  if (request.kind === 'tfjs-node') {
    const tf = await import(request.module);
    const { backend } = tf.default ?? tf;
    return backend().isUsingGpuDevice ? {} : { problem: 'TensorFlow found no GPU that it can use' };
  }
  const { default: ort } = await import(request.module);
  const session = await ort.InferenceSession.create(Buffer.from(request.model, 'base64'), {
    executionProviders: [request.provider],
    logSeverityLevel: 4,
  });
  const x = new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]);
  const { product } = await session.run({ x });
  if ([7, 10, 15, 22].some((value, i) => Math.abs(product.data[i] - value) > 1e-3))
    return { problem: 'it gives wrong products' };
  return {};
};
const libraries = () => {
  process.report.excludeNetwork = true;
  return process.report.getReport().sharedObjects.map((path) => path.split(/[\\\\/]/).pop());
};
const result = await answer().catch((error) => ({ problem: String(error?.message ?? error).split('\\n')[0] }));
console.log('medx-probe ' + JSON.stringify(result.problem ? result : { ...result, libraries: libraries() }));
process.exit(0);
`;

/** Never rejects: whatever goes wrong is the answer's `problem`. */
export function probe(request: ProbeRequest): Promise<ProbeAnswer> {
  const text = JSON.stringify({ ...request, module: pathToFileURL(request.module).href });
  const args = ['--input-type=module', '--eval', script, text];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 2 ** 24, windowsHide: true },
      (error, stdout) => {
        const line = stdout.split('\n').find((one) => one.startsWith('medx-probe '));
        if (line) resolve(worded(JSON.parse(line.slice('medx-probe '.length)) as ProbeAnswer));
        else if (error?.killed) resolve({ problem: `its driver did not answer within ${limitMs / 1000} s` });
        else resolve({ problem: `its driver ended the probe (${error?.signal ?? `exit ${error?.code}`})` });
      },
    );
  });
}

/** ONNX Runtime puts the place in its source and the failed condition before what it has to say. */
function worded(answer: ProbeAnswer): ProbeAnswer {
  if (!answer.problem) return answer;
  return { ...answer, problem: answer.problem.replace(/^.*onnxruntime_src.* was false\. /, '') };
}
