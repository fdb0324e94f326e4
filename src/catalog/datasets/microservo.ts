/** D3's platform. Checksums are those of the repository's git-LFS pointers; the archives themselves were not opened here. */
import type { KnownDataset, KnownFile } from './types.ts';

// The files moved between two commits; a pointer is served at the commit that holds it.
const early = 'eba7bd2350f34c35413ad7a0c783cb0ff393f0d7';
const late = '169d9425fc64913f506964eb29c0fa297b01a921';

function archive(commit: string, path: string, into: string, bytes: number, sha256: string): KnownFile {
  const url = `https://media.githubusercontent.com/media/MicroServo/dataset/${commit}/${path}`;
  return { url, path, bytes, sha256, unpack: { into, strip: 0 } };
}

export const microservo: KnownDataset = {
  name: 'microservo',
  title: 'MicroServo: Online Boutique with injected failures, three days (platform of data set D3)',
  licence: 'none stated',
  homepage: 'https://github.com/MicroServo/dataset',
  citation: 'MicroServo datasets, https://github.com/MicroServo/dataset',
  roots: ['.'],
  reader: { format: 'microservo' },
  files: [
    archive(
      early,
      'MicroServo/log.zip',
      'log',
      552_283_672,
      'cd73ed523cbf1119db0106ba2367d78d58f0307fd18add915339de2f8394a880',
    ),
    archive(
      early,
      'MicroServo/metric.zip',
      'metric',
      140_428_944,
      '313b6a2ca5855bf37ad61f2fcb75be6cbde18e6ef264ab75cbde60fd336af78a',
    ),
    archive(
      early,
      'MicroServo/trace.zip',
      'trace',
      207_742_760,
      'ca3905a19a5982f1bdc1447849f74b21b5dca630f4a234024cb504942864ef05',
    ),
  ],
  byHand: [
    'The repository states no labels beside these three archives. If `medx data check` finds none, look for the ground truth in single/ and complex/ of the repository (medx data fetch microservo-cases).',
  ],
  notes: [
    'No licence is stated: ask the authors before you share the data or anything made of it.',
    'The README says durations are milliseconds; in the sample that was looked at they are microseconds, and medx reads them so.',
  ],
};

export const microservoCases: KnownDataset = {
  ...microservo,
  name: 'microservo-cases',
  title: 'MicroServo: the four cases of folders single/ and complex/',
  roots: ['single/case1', 'single/case2', 'complex/case1', 'complex/case2'],
  files: [
    archive(
      late,
      'single/case1/Case-1.zip',
      'single/case1',
      126_544_106,
      'd2cfb8bfdf0820524ef1317bcc74febeb1dd1293109348d23a5f05c9e4cf7e2b',
    ),
    archive(
      late,
      'single/case2/Case-2.zip',
      'single/case2',
      81_284_534,
      '35aaa2f29aad91bda2c47adbc7f415ebdd0a868ac236bbde67c49d12d671bf05',
    ),
    archive(
      late,
      'complex/case1/Case-1.zip',
      'complex/case1',
      451_809_723,
      '06dd207b41289e59f311db6ebc1cab4372cfe78371d0d82f84f62ebf7ebe9e23',
    ),
    archive(
      late,
      'complex/case2/Case-2.zip',
      'complex/case2',
      158_850_004,
      'e0f8d87e4bd9e23457d2e22b0f97315a00e229f1055ed2d62279bbd9528aaed4',
    ),
  ],
  byHand: [],
};
