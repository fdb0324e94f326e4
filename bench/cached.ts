/**
 * How long `medx run` takes when all its jobs are in the store: `npm run bench:cached [JOBS]`. One job is trained; the others get
 * copies of its results under their own addresses, because how a result came about plays no part here.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadExperiment } from '../src/app/cli/experiment.ts';
import { artefactPath, hasArtefact, openStore } from '../src/run/store.ts';
import { medxIn, smallShop } from './small.ts';

const jobs = Number(process.argv[2] ?? 500);
const rounds = 5;
const seeds = 5;
const folder = mkdtempSync(join(tmpdir(), 'medx-cached-'));

const spec = (points: number) => `med 1
${smallShop}
train quick { epochs = 1  batch = 8 }
experiment cached {
  data = shop   train = quick   seeds = 1..${seeds}
  variant v = small
  sweep v each { train.dropout = [${Array.from({ length: points }, (_, i) => ((i + 1) / 1000).toFixed(3)).join(', ')}] }
}
`;

try {
  const file = join(folder, 'cached.med');
  writeFileSync(file, spec(jobs / seeds - 1));
  const root = join(folder, '.medx');
  const medx = medxIn(folder);
  const options = {
    set: [],
    experiment: [],
    allowRemote: false,
    store: root,
    dataRoot: join(folder, 'data'),
    color: false,
  };
  const { plan } = await loadExperiment(file, options);
  writeFileSync(join(folder, 'one.med'), spec(1).replace('seeds = 1..5', 'seeds = 1'));
  medx('run', 'one.med', '--offline', '--quiet');
  const store = openStore(root);
  const nodes = plan.experiments.flatMap((one) =>
    one.rows.flatMap((row) => row.jobs.map(({ hash }) => hash)),
  );
  for (const node of plan.stages) {
    if (hasArtefact(store, node.hash)) continue;
    const made = plan.stages.find(({ kind, hash }) => kind === node.kind && hasArtefact(store, hash));
    // Kinds of which the one job made nothing are not wanted by the others either.
    if (made === undefined) continue;
    const copy = artefactPath(store, node.hash);
    cpSync(artefactPath(store, made.hash), copy, { recursive: true });
    const meta = JSON.parse(readFileSync(join(copy, 'meta.json'), 'utf8')) as object;
    const { hash, params, inputs } = node;
    writeFileSync(join(copy, 'meta.json'), `${JSON.stringify({ ...meta, hash, params, inputs }, null, 1)}\n`);
  }
  process.stdout.write(
    `${nodes.length} jobs, ${plan.stages.length} stages, ${readdirSync(join(root, 'artefacts')).length} in the store\n`,
  );
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const { status, stdout } = medx('run', 'cached.med', '--offline');
    const wall = (performance.now() - began) / 1000;
    if (status !== 0 || !stdout.includes('Nothing had to run'))
      throw new Error(`it ran something:\n${stdout}`);
    process.stdout.write(`round ${round + 1}: ${wall.toFixed(2)} s\n`);
  }
  if (process.argv[3] === 'keep') process.stdout.write(`${folder}\n`);
} finally {
  if (process.argv[3] !== 'keep') rmSync(folder, { recursive: true, force: true });
}
