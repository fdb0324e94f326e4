/**
 * WebGPU in Node: the `webgpu` package (Dawn) put where browsers have it, `navigator.gpu`, because the tfjs backend
 * looks for it there. Called by `backend.ts` alone.
 */
import { type FoundPackage, importPackage } from './packages.ts';

export interface WebGpuAdapter {
  /** For people: `NVIDIA H200`, `SwiftShader driver 5.0.0`. */
  readonly name: string;
}

interface GpuLike {
  requestAdapter(): Promise<{ readonly info: { readonly [field: string]: unknown } } | null>;
}

/** Undefined if Dawn finds no adapter. */
export async function webgpuAdapter(dawn: FoundPackage): Promise<WebGpuAdapter | undefined> {
  const { create, globals } = (await importPackage(dawn)) as unknown as {
    create(flags: readonly string[]): GpuLike;
    globals: Readonly<Record<string, unknown>>;
  };
  const scope = globalThis as { navigator?: { gpu?: GpuLike } };
  if (!scope.navigator?.gpu) {
    Object.assign(globalThis, globals);
    if (!scope.navigator) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
    Object.defineProperty(scope.navigator, 'gpu', { value: create([]), configurable: true });
  }
  const adapter = await scope.navigator?.gpu?.requestAdapter();
  if (!adapter) return undefined;
  const { description, device, architecture, vendor } = adapter.info;
  const name = [description, device, architecture, vendor].find((text) => typeof text === 'string' && text);
  return { name: typeof name === 'string' ? name : 'unnamed adapter' };
}
