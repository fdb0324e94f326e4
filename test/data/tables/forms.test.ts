/** The same dataset as CSV, JSON lines and Parquet, packed or not, gives the same records to the bit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { stageKinds } from '../../../src/catalog/stages.ts';
import { convertFolder, tableForms } from '../../support/convert.ts';
import { caseParams, rawFiles, settings, writeRaw } from '../../support/microservo.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { tempFolder } from '../../support/temp.ts';

async function recordsOf(dataRoot: string) {
  const cases = stageNode('cases', stageKinds.cases.version, caseParams);
  const kinds = (['lines', 'samples', 'spans'] as const).map((kind) =>
    stageNode(kind, stageKinds[kind].version, settings, { cases }),
  );
  const ran = await runStages([cases, ...kinds], join(tempFolder('forms'), 'store'), { dataRoot });
  return {
    bytes: kinds.map((node) =>
      readFileSync(ran.artefact(node).path(`${node.kind}.parquet`)).toString('base64'),
    ),
    telemetry: ran.artefact(cases).json('telemetry'),
  };
}

const root = tempFolder('forms-csv');
let plain: Awaited<ReturnType<typeof recordsOf>>;

beforeAll(async () => {
  plain = await recordsOf(writeRaw(root, rawFiles()));
});

test.each(tableForms)('the records are those of the CSV files: %s', async (form) => {
  const to = tempFolder('forms-other');
  await convertFolder(root, to, form, (path) => !path.includes('istio'));
  expect(await recordsOf(to)).toEqual(plain);
});
