/** Instantiates the SIMD kernels on a memory of a given size and hands out aligned arrays in it. */
import { kernelBytes } from './kernels.generated.ts';

/** Functions of `kernels.wat`; pointers are byte offsets, counts are padded elements. */
export interface Kernels {
  adam(
    p: number,
    g: number,
    m: number,
    v: number,
    n: number,
    gradientScale: number,
    decay: number,
    keep: number,
    rate: number,
    secondScale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    eps: number,
  ): void;
  sgd(
    p: number,
    g: number,
    m: number,
    n: number,
    gradientScale: number,
    decay: number,
    rate: number,
    momentum: number,
  ): void;
  mask(out: number, n: number, a: number, b: number, threshold: number, scale: number): void;
}

/** An array inside a kernel memory. */
export interface KernelArray {
  readonly pointer: number;
  /** Elements with padding: what kernels are called with. */
  readonly padded: number;
  /** Exactly the elements asked for. */
  readonly data: Float32Array;
}

/** The part of the WebAssembly interface used here: TypeScript declares it only with the browser's library. */
interface WebAssemblyApi {
  readonly Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Cache lines are 64 bytes; no two arrays share one. */
const lineElements = 16;

/** float32 arrays of these sizes, zero at first, in one memory that the kernels and ONNX Runtime both see. */
export function allocateArrays(sizes: readonly number[]): {
  readonly kernels: Kernels;
  readonly arrays: readonly KernelArray[];
} {
  const padded = sizes.map((n) => Math.ceil(n / lineElements) * lineElements);
  const bytes = padded.reduce((sum, n) => sum + 4 * n, 0);
  const pages = Math.max(1, Math.ceil(bytes / 65536));
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const module = new WebAssembly.Module(Buffer.from(kernelBytes, 'base64'));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  let pointer = 0;
  const arrays = sizes.map((size, i): KernelArray => {
    const array = { pointer, padded: padded[i]!, data: new Float32Array(memory.buffer, pointer, size) };
    pointer += 4 * padded[i]!;
    return array;
  });
  return { kernels: instance.exports as Kernels, arrays };
}
