/** Nezha's two systems in one repository: GitHub packs an archive on demand, so only what comes out of it has a checksum. */
import type { KnownDataset, KnownFile } from './types.ts';

const commit = 'd8574ac48842f29db1051b7127c7b0415bb6e402';
const archive = (
  only: readonly string[],
  contents: NonNullable<KnownFile['unpack']>['contents'],
): KnownFile => ({
  url: `https://codeload.github.com/IntelligentDDS/Nezha/zip/${commit}`,
  path: 'nezha.zip',
  unpack: { into: '.', strip: 1, only, ...(contents ? { contents } : {}) },
});

const shared = {
  licence: 'MIT',
  homepage: 'https://github.com/IntelligentDDS/Nezha',
  citation:
    'Yu, Chen, Li, Chen, Li, Zheng: Nezha: Interpretable Fine-Grained Root Causes Analysis for Microservices on Multi-Modal Observability Data. ESEC/FSE 2023.',
  reader: { format: 'nezha' },
  byHand: [],
} as const;

export const nezhaTrainticket: KnownDataset = {
  ...shared,
  name: 'nezha-trainticket',
  title: 'Nezha: TrainTicket, 45 injected faults of 4 types, 2023-01-29 and -30',
  roots: ['.'],
  files: [
    archive(
      ['rca_data/2023-01-29', 'rca_data/2023-01-30', 'LICENSE'],
      [
        {
          below: 'rca_data',
          files: 501,
          sha256: '9e57d596c11d0ed3be0447d9ed85b7915f08db51807fef75f172a17bbf93e722',
        },
      ],
    ),
  ],
  notes: [
    'Types and days are confounded: return and exception only on 2023-01-29, network_delay only on 2023-01-30.',
  ],
};

export const nezhaBoutique: KnownDataset = {
  ...shared,
  name: 'nezha-boutique',
  title: 'Nezha: Online Boutique, 56 injected faults, 2022-08-22 and -23',
  roots: ['.'],
  files: [archive(['rca_data/2022-08-22', 'rca_data/2022-08-23', 'LICENSE'], undefined)],
  notes: ['No checksum of this part is known: what comes is recorded at the first fetch.'],
};
