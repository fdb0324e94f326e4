/** Executors and devices: ONNX Runtime's providers, and the TensorFlow.js packages that are installed and can run here. */
import { nodeTooNew } from '../../tensor/engines/tfjs/backend.ts';
import { findPackage } from '../../tensor/engines/tfjs/packages.ts';
import { absent, type Check, ok, problem } from './check.ts';

export async function checkEngines(): Promise<Check[]> {
  return [await checkOnnx(), ...checkTfjs()];
}

async function checkOnnx(): Promise<Check> {
  const found = findPackage('onnxruntime-node');
  const mend = 'run `npm ci` again on this machine: its binaries come inside the package';
  if (!found) return problem('engines', 'onnx', 'onnxruntime-node is not installed', mend);
  try {
    const { listSupportedBackends } = await import('onnxruntime-node');
    const providers = listSupportedBackends().map(({ name }) => name);
    return ok('engines', 'onnx', `onnxruntime-node ${found.version}; built with ${providers.join(', ')}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return problem('engines', 'onnx', `onnxruntime-node ${found.version} does not load: ${reason}`, mend);
  }
}

function checkTfjs(): Check[] {
  const wasm = findPackage('@tensorflow/tfjs-backend-wasm');
  const checks = [
    wasm
      ? ok('engines', 'tfjs', `WebAssembly ${wasm.version}`)
      : problem('engines', 'tfjs', '@tensorflow/tfjs-backend-wasm is not installed', 'run `npm ci` again'),
  ];
  for (const name of ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu']) {
    checks.push(checkNative(name, findPackage(name)?.version, process.versions.node));
  }
  const dawn = findPackage('webgpu');
  const kernels = findPackage('@tensorflow/tfjs-backend-webgpu');
  checks.push(
    dawn && kernels
      ? ok('engines', 'tfjs webgpu', `webgpu ${dawn.version}, tfjs-backend-webgpu ${kernels.version}`)
      : absent(
          'engines',
          'tfjs webgpu',
          'not installed',
          'optional: `npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22`',
        ),
  );
  return checks;
}

/** TensorFlow's C library through tfjs-node: optional, and only for Node below 23. */
export function checkNative(name: string, version: string | undefined, node: string): Check {
  const short = name.replace('@tensorflow/', '');
  if (nodeTooNew(node)) {
    const reason = `${short} 4.22 does not run on Node ${node} (it needs Node 22 or older)`;
    return version === undefined
      ? absent('engines', short, `not installed; ${reason}`)
      : problem(
          'engines',
          short,
          `${version} is installed, but ${reason}`,
          'use Node 20 or 22 for it, or `executor = onnx`',
        );
  }
  return version === undefined
    ? absent(
        'engines',
        short,
        'not installed',
        `optional: \`npm install ${name}@4.22\` (downloads libtensorflow)`,
      )
    : ok('engines', short, version);
}
