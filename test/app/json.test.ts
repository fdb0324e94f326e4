/** What `--json` prints, against the schemas that the help of each command names; over a very small experiment. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/app/cli/program.ts';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';
import { medxIn } from './support.ts';

const fixtures = fileURLToPath(new URL('fixtures/share', import.meta.url));
const schemas = fileURLToPath(new URL('../../schemas', import.meta.url));
const folder = tempFolder();
const program = createProgram();

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true, date: true } });
for (const name of readdirSync(schemas))
  ajv.addSchema(JSON.parse(readFileSync(join(schemas, name), 'utf8')) as object, name);

const medx = medxIn(folder);

function errorsOf(name: string, value: unknown): unknown {
  const check = ajv.getSchema(`${name}.schema.json`);
  if (!check) throw new Error(`no schema ${name}`);
  return check(value) ? [] : check.errors;
}

const document = (...args: readonly string[]) => JSON.parse(medx(...args, '--json').out) as unknown;

describe.runIf(isBuilt)('--json', () => {
  beforeAll(() => {
    cpSync(fixtures, folder, { recursive: true });
    const text = readFileSync(join(folder, 'shared.med'), 'utf8');
    const logs =
      'encode log = drain -> weigh -> hashed(8) -> weighted_sum -> transformer(heads: 2) -> pool(mean)';
    const small = readFileSync(join(folder, 'lib/small.med'), 'utf8');
    writeFileSync(
      join(folder, 'lib/small.med'),
      small.replace('  encode metric', `  ${logs}\n  encode metric`),
    );
    const second = text.slice(text.indexOf('experiment shared')).replace('shared', 'again');
    writeFileSync(join(folder, 'shared.med'), `${text}\n${second}`);
    const { code, out, err } = medx('run', 'shared.med', '--offline', '--json', '--experiment', 'shared');
    expect([code, err]).toEqual([0, '']);
    for (const line of out.trimEnd().split('\n')) {
      const event: unknown = JSON.parse(line);
      expect([event, errorsOf('event', event)]).toEqual([event, []]);
    }
  }, 120_000);

  const documents: readonly (readonly [schema: string, ...args: readonly string[]])[] = [
    ['check', 'check', 'shared.med', '--set', 'shop.widow=30s', '--experiment', 'shred'],
    ['check', 'check', 'nowhere.med'],
    ['plan', 'plan', 'shared.med'],
    ['spec', 'show', 'shared.med'],
    ['compare', 'compare', 'last'],
    ['report', 'report', 'last'],
    ['diagnosis', 'diagnose', 'last'],
    ['diagnosis', 'diagnose', 'last', '--case', '0'],
    ['diagnosis', 'diagnose', 'last', '--case', '0', '--explain'],
    ['why', 'why', 'full'],
    ['locked', 'lock'],
    ['packed', 'pack', 'last', '--out', 'shared.tar.gz'],
    ['templates', 'data', 'templates', 'shared.med'],
    ['templates', 'data', 'templates', 'shared.med', '--diff', '1', '2'],
    ['dataset-list', 'data', 'list'],
    ['dataset-description', 'data', 'describe', 'shared.med#shop'],
    [
      'dataset-simulate',
      'data',
      'simulate',
      'data/few',
      '--cases',
      '3',
      '--rate',
      '0.02',
      '--before',
      '3m',
      '--after',
      '3m',
    ],
    ['dataset-manifest', 'data', 'manifest', 'microservo("few")'],
    ['dataset-check', 'data', 'check', 'microservo("few")'],
    ['dataset-convert', 'data', 'convert', 'microservo("few")', 'data/again'],
    ['dataset-list', 'data', 'list', '--verify'],
    ['gc', 'gc', '--dry-run'],
    ['doctor', 'doctor'],
  ];

  test.each(documents)('%s: medx %s %s', (schema, ...args) => {
    const value = document(...args);
    expect(errorsOf(schema, value)).toEqual([]);
    const [first, second] = args;
    const group = program.commands.find((one) => one.name() === first);
    const command = group?.commands.find((one) => one.name() === second) ?? group;
    expect(command?.helpInformation().replace(/\s+/g, ' ')).toContain(`schemas/${schema}.schema.json`);
  });

  test('every command answers so, but those with a screen or scripts', () => {
    const named = (command: Command, above = ''): (readonly [string, Command])[] =>
      command.commands
        .filter((one) => !one.name().startsWith('__'))
        .flatMap((one) => [[above + one.name(), one] as const, ...named(one, `${above}${one.name()} `)]);
    const told = named(program).map(([name, { options }]) => {
      const { description = '' } = options.find(({ long }) => long === '--json') ?? {};
      return [name, /schemas\/(.*)\.schema\.json/.exec(description)?.[1]] as const;
    });
    const without = told.flatMap(([name, schema]) => (schema === undefined ? [name] : []));
    expect(without.sort()).toEqual(['completion', 'data', 'explore', 'stage']);
    const files = readdirSync(schemas);
    for (const [, schema] of told) if (schema) expect(files).toContain(`${schema}.schema.json`);
  });

  test('report says what it wrote, and what stands in it', () => {
    const { written, rows } = document('report', 'last', '--csv', 'rows.csv', '--html', 'page.html') as {
      readonly written: readonly string[];
      readonly rows: readonly object[];
    };
    expect(written).toEqual(['page.html', 'rows.csv']);
    expect(readFileSync(join(folder, 'rows.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(
      rows.length + 1,
    );
  });

  test('compare says what stands around a table, and of which run each row is', () => {
    const { tables, rows } = document('compare', 'last', 'last') as {
      readonly tables: readonly {
        readonly experiment: string;
        readonly facts: readonly { readonly name: string; readonly text: string }[];
        readonly remarks: readonly string[];
      }[];
      readonly rows: readonly { readonly run: string }[];
    };
    expect(tables.map(({ experiment }) => experiment)).toEqual(['shared']);
    expect(tables[0]?.facts).toContainEqual({ name: 'data', text: 'shop (simulated)' });
    expect(tables[0]?.remarks.length).toBeGreaterThan(0);
    const runs = tables[0]?.facts.flatMap(({ name, text }) => (name.startsWith('#') ? [text] : [])) ?? [];
    expect(runs.length).toBe(2);
    expect(rows.every(({ run }) => runs.includes(run))).toBe(true);
  });

  test('the record of a run', () => {
    const [run = ''] = readdirSync(join(folder, '.medx', 'runs'));
    const record: unknown = JSON.parse(
      readFileSync(join(folder, '.medx', 'runs', run, 'record.json'), 'utf8'),
    );
    expect(errorsOf('run-record', record)).toEqual([]);
  });

  test('an answer that is not as the schema says is seen', () => {
    const { rows, ...rest } = document('compare', 'last') as { readonly rows: readonly object[] };
    expect(errorsOf('compare', { ...rest, rows: [{ ...rows[0], more: 1 }] })).not.toEqual([]);
    expect(errorsOf('compare', { ...rest, rows: [{}] })).not.toEqual([]);
  });
});
