/** Extracted events of GAIA and SockShop failures. Checksums are of the repository's files as they were in a copy of it. */
import type { KnownDataset, KnownFile } from './types.ts';

const file = (path: string, bytes: number, sha256: string, from = `data/${path}`): KnownFile => ({
  url: `https://raw.githubusercontent.com/WHU-AISE/TVDiag/main/${from}`,
  path,
  bytes,
  sha256,
});

export const tvdiag: KnownDataset = {
  name: 'tvdiag',
  title: 'TVDiag: extracted events of 1,099 GAIA and 489 SockShop failures',
  licence: 'MIT',
  homepage: 'https://github.com/WHU-AISE/TVDiag',
  citation:
    'TVDiag: A Task-oriented and View-invariant Failure Diagnosis Framework with Multimodal Data, https://github.com/WHU-AISE/TVDiag',
  roots: ['gaia', 'sockshop'],
  reader: { format: 'alerts' },
  files: [
    file('LICENSE', 1065, '16523fd6ac5154b33f20d571f32f142b59ab00662be56e274f4f2df5e4d44454', 'LICENSE'),
    file('gaia/label.csv', 352_202, 'bf398f2fba070aa92966820902fcb96985dacd3f683fa3914a196986adda9b2a'),
    file('gaia/raw/edges.json', 318_792, '32e49229ebb6ec5684a787c84a38d105b0184d15a8a82743031ba36075eb708b'),
    file('gaia/raw/logs.json', 404_283, '5c6786389ce8e71d1f5759652a46fe746b1753b6046f06b6b92ff7086b1a8b37'),
    file(
      'gaia/raw/metrics.json',
      3_147_613,
      '6da366a0e5ce3183d42d8c91dde90c0a4c9b1db8a3ee24d5e0f8850b4242c392',
    ),
    file('gaia/raw/nodes.json', 176_928, 'fd085cf00917ee8c6371301439b23151397c430c31385efe488fec8d703e62fb'),
    file(
      'gaia/raw/traces.json',
      1_052_491,
      '038d5a1a839d0a6bff0f999e4e616a688d66b36ebc48591f9ab50e38fb00f8d2',
    ),
    file('sockshop/label.csv', 18_345, 'df770a487068e5e7ef968bdfd40bc292ac7ab44a73bb1de5cd1fd7f3751495b4'),
    file(
      'sockshop/raw/edges.json',
      890_067,
      '25719b8c1efd46924294adbc0d1940a31222cb6e509765a2b8fd871822f76820',
    ),
    file(
      'sockshop/raw/logs.json',
      520_899,
      '79c056c0196d3444fb7091f30aa2707d1a80ff56fd26605ce07c449750237090',
    ),
    file(
      'sockshop/raw/metrics.json',
      594_495,
      '2ed8e9f90d33edd0ba8889ec398e033e30bfb11e365ca7bb4992c57818ebb18b',
    ),
    file(
      'sockshop/raw/nodes.json',
      151_063,
      'bc014b87e24d2dfb2cd4b7a28e5495c2720f228c6952053b9b910ec2ec22dffb',
    ),
    file(
      'sockshop/raw/traces.json',
      624_378,
      'd6d25713d57c9a22a710cda2539fe4fb9c89d8140f74984f580e92d0860946fe',
    ),
  ],
  byHand: [],
  notes: ['Events that an anomaly detector raised, without times: no raw telemetry.'],
};
