/** What the operating system shows of GPUs, without loading any driver, and which drivers belong to real ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface VisibleGpus {
  readonly nvidia: boolean;
  /** Some GPU may be there. Only Linux lets one tell without a driver: elsewhere this is true. */
  readonly any: boolean;
  /** As the NVIDIA driver names it. */
  readonly name?: string;
}

/** `root` stands for `/` in tests. */
export function visibleGpus(platform: NodeJS.Platform = process.platform, root = '/'): VisibleGpus {
  if (platform !== 'linux') return { nvidia: platform === 'win32', any: true };
  const devices = namesIn(join(root, 'dev'));
  const nvidia = devices.some((name) => /^nvidia\d+$/.test(name));
  const rendering = namesIn(join(root, 'dev/dri')).some((name) => name.startsWith('renderD'));
  const name = nvidiaName(root);
  // /dev/dxg is the GPU of the Windows host under WSL 2.
  const any = nvidia || rendering || devices.includes('dxg');
  return { nvidia: nvidia || devices.includes('dxg'), any, ...(name ? { name } : {}) };
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function nvidiaName(root: string): string | undefined {
  const folder = join(root, 'proc/driver/nvidia/gpus');
  const [first] = namesIn(folder);
  if (!first) return undefined;
  const file = join(folder, first, 'information');
  return existsSync(file) ? /^Model:\s*(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.trim() : undefined;
}

const softwareName = /swiftshader|llvmpipe|lavapipe|software|basic render|\bwarp\b/i;

/** Whether an adapter's name is that of a driver that computes on the CPU. */
export function namesSoftware(adapter: string): boolean {
  return softwareName.test(adapter);
}

/** Vulkan drivers of GPUs (Linux) and user-mode drivers of GPUs (Windows), by library name. */
const gpuDriver =
  /^(libGLX_nvidia|libnvidia-|libvulkan_(radeon|intel|intel_hasvk|nouveau|asahi|freedreno|panfrost|broadcom|powervr|dzn|gfxstream)|amdvlk|libvulkan_adreno|libmali|nvwgf2|nvldumd|nvoglv|amdxc|amdvlk|atidx|igd1|igc|igvk|qcdx)/i;

/**
 * Whether a working WebGPU device is a GPU, judged by the libraries loaded with it where the driver gives no name. Dawn
 * takes a GPU before a software adapter. macOS has Metal alone, which is always a GPU.
 */
export function loadsGpuDriver(
  libraries: readonly string[],
  platform: NodeJS.Platform = process.platform,
): boolean {
  return platform === 'darwin' || libraries.some((name) => gpuDriver.test(name));
}
