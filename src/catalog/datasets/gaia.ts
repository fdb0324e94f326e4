/** D2. Only the run tables are one small file; the telemetry is split archives of many GB that were not looked at here. */
import type { KnownDataset } from './types.ts';

const commit = '238a9e24ae0b69e7e05dff112652a3fa62db88fd';
const licence = 'unclear: the README says Apache-2.0, the file LICENSE is the GNU GPL 2.0';

export const gaiaRunTable: KnownDataset = {
  name: 'gaia-run-table',
  title: 'GAIA MicroSS: fault injection record, July and August 2021 (labels of data set D2)',
  licence,
  homepage: 'https://github.com/CloudWise-OpenSource/GAIA-DataSet',
  citation: 'CloudWise: GAIA (Generic AIOps Atlas), https://github.com/CloudWise-OpenSource/GAIA-DataSet',
  roots: ['.'],
  reader: { format: 'gaia' },
  files: [
    {
      url: `https://raw.githubusercontent.com/CloudWise-OpenSource/GAIA-DataSet/${commit}/MicroSS/run/run.zip`,
      path: 'run.zip',
      unpack: { into: 'run', strip: 0 },
    },
  ],
  byHand: [],
  notes: [
    'The archive itself has no known checksum. Unpacked, run_table_2021-07.csv should have the SHA-256 de56f41fa0f21ed22b084558d0a5149c627de46fd82f18a26903d1b4424166a1 and run_table_2021-08.csv 4bcc6b8d4fc5496648d6f71da2985ebd94428b24c1e71d38866da3f6d1528ace.',
  ],
};

export const gaia: KnownDataset = {
  ...gaiaRunTable,
  name: 'gaia',
  title: 'GAIA MicroSS: QR-code login with injected failures, July 2021 (data set D2)',
  byHand: [
    'MicroSS/metric, MicroSS/trace and MicroSS/business are split zip archives (.z01, .z02, … .zip) of many GB; their names and checksums are not known here.',
    'Get them: git clone --depth 1 https://github.com/CloudWise-OpenSource/GAIA-DataSet',
    'Join and unpack each: zip -s 0 NAME.zip --out joined.zip && unzip joined.zip',
    'Put the folders metric, trace and business beside run in the folder gaia of the data root.',
  ],
  notes: [...gaiaRunTable.notes, 'Strings are UTC+8, metric epochs are UTC.'],
};
