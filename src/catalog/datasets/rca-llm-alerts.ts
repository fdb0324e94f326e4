/** Alerts with times of GAIA MicroSS and AIOps22. Checksums are of the repository's files as they were in a copy of it. */
import type { KnownDataset, KnownFile } from './types.ts';

const commit = 'bdc296dbca7a14037b4725d10bc859d57f3f3c53';
const file = (path: string, bytes?: number, sha256?: string): KnownFile => ({
  url: `https://raw.githubusercontent.com/boerste/rca-llm-reasoning/${commit}/data/fault-alerts/${path}`,
  path,
  ...(bytes === undefined ? {} : { bytes }),
  ...(sha256 === undefined ? {} : { sha256 }),
});

const boutique1 = 'Online-Boutique-cloudbed-1';
const boutique2 = 'Online-Boutique-cloudbed-2';

export const rcaLlmAlerts: KnownDataset = {
  name: 'rca-llm-alerts',
  title: 'Labelled alerts of GAIA MicroSS and of AIOps 2022 (OpenRCA Market), with log texts',
  licence: 'MIT',
  homepage: 'https://github.com/boerste/rca-llm-reasoning',
  citation: 'rca-llm-reasoning, https://github.com/boerste/rca-llm-reasoning',
  roots: ['MicroSS', boutique1, boutique2],
  reader: { format: 'alerts' },
  files: [
    file('MicroSS/label.csv', 44_671, '094625f197b19bb006806a9079386e5bb89f1d3f42dfd66ea85214fa58a01c3e'),
    file(
      'MicroSS/log/drain-templates.csv',
      2015,
      '4e9bf5d30604dd923297ed14463b73f06ebf909fef7a2556dd52bf14efab3316',
    ),
    file(
      'MicroSS/log/logs.json',
      1_256_836,
      'af5dccdb78ac17f48ef75d9bce7852a292dac76f39419ca627d722c01c1603ad',
    ),
    file(
      'MicroSS/metric/metrics.json',
      847_906,
      'a3d5f56819a9f8c6b38e50e634155c0deb8ef0c649a7aa0467160162aa8b47b0',
    ),
    file(
      'MicroSS/trace/traces.json',
      533_464,
      'eee2b2cd822c2770ed0af75d6449d6469e0af285b7dd4dc542420502b180cd21',
    ),
    file(`${boutique1}/label.csv`, 6667, 'cd906677aca77233b1de454909f2239b0a580fdd0009dbda6068459e8cbae8b4'),
    file(
      `${boutique1}/log/drain-templates.csv`,
      31_367,
      'c7acfc43a86dfd30853af8e7f03602c68bd85a441217c1571c4fe7c5b46c5344',
    ),
    file(
      `${boutique1}/log/logs.json`,
      768_794,
      '1e0e1c958a1b1b5f18c3e2377fd62e82a8397b16827bd1046ee814339890799a',
    ),
    file(
      `${boutique1}/metric/metrics.json`,
      815_156,
      'faba7f15b4d5975821110312ebcdeedb9f347a28b882c3feabbf7c06d0aecaf8',
    ),
    file(
      `${boutique1}/trace/traces.json`,
      2_471_821,
      '42afa85b86c9bc512501dfb16b1f34c7f63b1a878e4d4fe215791ff68db6a95d',
    ),
    file(`${boutique2}/label.csv`),
    file(`${boutique2}/log/drain-templates.csv`),
    file(`${boutique2}/log/logs.json`),
    file(`${boutique2}/metric/metrics.json`),
    file(`${boutique2}/trace/traces.json`),
  ],
  byHand: [],
  notes: [
    `No checksums of ${boutique2} are known: what comes is recorded at the first fetch.`,
    '54 of the 152 MicroSS faults are augmented copies at invented times.',
  ],
};
