/** JSON Schema (2020-12) of a resolved spec, made from the catalog: `schemas/spec.schema.json` holds its answer. */
import { type BaselineSpec, baselines } from '../catalog/baselines/index.ts';
import { sides, subjects } from '../catalog/blocks/corrupt.ts';
import { blocks } from '../catalog/index.ts';
import { modalities } from '../catalog/modalities.ts';
import { scoreWords } from '../catalog/scores.ts';
import { steps } from '../catalog/steps/index.ts';
import type { CallSpec, SettingSpec, StepSpec, ValueType } from '../catalog/types.ts';
import type { Json, JsonObject } from '../stages/stage.ts';

export function specSchema(): JsonObject {
  const { required: train, optional: chosen } = parted(blocks.train.settings);
  const mao = parted(blocks.model.blocks.find((block) => block.name === 'mao')!.settings);
  const setting = (name: string) => blocks.model.settings.find((one) => one.name === name)!.type;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'spec.schema.json',
    title: 'A resolved .med file',
    description: 'What `medx show --resolved --json` prints. Durations are milliseconds, shares are 0..1.',
    ...record(
      {
        language: { const: 1 },
        experiments: listOf({ $ref: '#/$defs/experiment' }),
        values: listOf(record({ path: text, text, origin: text })),
      },
      { reports: listOf({ $ref: '#/$defs/report' }) },
    ),
    $defs: {
      experiment: experimentSchema(),
      dataset: datasetSchema(),
      report: reportSchema(),
      variant: record(
        {
          name: text,
          model: { $ref: '#/$defs/model' },
          train: { $ref: '#/$defs/train' },
          corrupt: corruptions(),
        },
        { point: { $ref: '#/$defs/point' }, search: searchSchema() },
      ),
      point: record({ of: text, settings: { type: 'object' } }, { drawn: text }),
      model: record({
        name: text,
        dim: valueSchema(setting('dim')),
        encoders: record(
          {},
          Object.fromEntries(modalities.map((one) => [one, listOf({ $ref: '#/$defs/step' })])),
        ),
        fuse: valueSchema(setting('fuse')),
        balance: { anyOf: balanceSchemas(mao) },
      }),
      corruption: record(
        {},
        Object.fromEntries(subjects.map((one) => [one.name, record({}, valuesOf(one.settings))])),
      ),
      step: { anyOf: steps.map((step) => stepSchema(step, true)) },
      standIn: {
        anyOf: steps.filter((step) => step.place === 'embed').map((step) => stepSchema(step, false)),
      },
      train: record({ ...train, optimiser: optimiserSchema() }, chosen),
    },
  };
}

/** One per way to balance; the settings of MAO are those of its block. */
function balanceSchemas(mao: ReturnType<typeof parted>): JsonObject[] {
  const { type } = blocks.model.settings.find((one) => one.name === 'balance')!;
  const ways = type.kind === 'call' ? type.of : [];
  return ways.map(({ name, args }) => {
    const { required, optional } = name === 'mao' ? mao : parted(args);
    return record({ kind: { const: name }, ...required }, optional);
  });
}

function experimentSchema(): JsonObject {
  const setting = (name: string) => blocks.experiment.settings.find((one) => one.name === name)!.type;
  const folds = setting('folds');
  return record(
    {
      name: text,
      profile: valueSchema(setting('profile')),
      fit: valueSchema(setting('fit')),
      seeds: valueSchema(setting('seeds')),
      engine: record({
        executor: valueSchema(setting('engine')),
        device: valueSchema(setting('device')),
        threads: valueSchema(setting('threads')),
      }),
      detector: valueSchema(setting('detector')),
      notes: listOf(text),
      data: { $ref: '#/$defs/dataset' },
      variants: { ...listOf({ $ref: '#/$defs/variant' }), minItems: 1 },
      baselines: listOf({ anyOf: baselines.map(baselineSchema) }),
    },
    {
      ...(folds.kind === 'call' ? { folds: kindsSchema(folds.of) } : {}),
      expect: listOf(
        record({
          row: text,
          score: { enum: [...new Set(scoreWords.values())] },
          value: share,
          tolerance: share,
        }),
      ),
      against: text,
      paper: record({ source: text, rows: { type: 'object', additionalProperties: publishedSchema() } }),
    },
  );
}

/** `of` is there whether it was given or not. */
function reportSchema(): JsonObject {
  const { required, optional } = parted(blocks.report.settings);
  const { of = null, ...others } = optional;
  return record({ name: text, ...required, of }, others);
}

/** Published numbers of a row. */
function publishedSchema(): JsonObject {
  const number: JsonObject = { type: 'number' };
  return record(
    {},
    {
      precision_weighted: number,
      recall_weighted: number,
      f1_weighted: number,
      detect_seconds: number,
      note: text,
    },
  );
}

const share: JsonObject = { type: 'number', minimum: 0, maximum: 1 };

function baselineSchema({ name, doc, settings }: BaselineSpec): JsonObject {
  const schema = record(
    {
      name: text,
      method: { const: name },
      settings: argsSchema({ args: settings }),
      corrupt: corruptions(),
    },
    { point: { $ref: '#/$defs/point' } },
  );
  return { description: doc, ...schema };
}

/** A row whose jobs choose some settings themselves: the variant with each value of a list, or with the ends of a range. */
function searchSchema(): JsonObject {
  const seed = { type: 'integer', minimum: 0 };
  const count = { type: 'integer', minimum: 1 };
  const value = record({ value: {}, model: { $ref: '#/$defs/model' }, train: { $ref: '#/$defs/train' } });
  const range = record({ log: { type: 'boolean' }, whole: { type: 'boolean' } });
  return record({
    method: {
      anyOf: [
        record({ kind: { const: 'halving' }, points: count, eta: count, seed }),
        record({ kind: { const: 'tpe' }, points: count, startup: count, seed }),
      ],
    },
    axes: listOf(record({ path: text, values: { ...listOf(value), minItems: 1 } }, { range })),
  });
}

const corruptions = () =>
  record({}, Object.fromEntries(sides.map((one) => [one, { $ref: '#/$defs/corruption' }])));

function datasetSchema(): JsonObject {
  const setting = (name: string) => blocks.dataset.settings.find((one) => one.name === name)!.type;
  const from = setting('from');
  const split = setting('split');
  if (from.kind !== 'call' || split.kind !== 'call') throw new Error('sources and splits are calls');
  return record(
    {
      name: text,
      from: { ...listOf({ anyOf: from.of.map(callSchema) }), minItems: 1 },
      window: valueSchema(setting('window')),
      before: { type: 'number', minimum: 0 },
      after: { type: 'number', minimum: 0 },
      split: kindsSchema(split.of),
    },
    { classes: valueSchema(setting('classes')), paper: valueSchema(setting('paper')) },
  );
}

/** Calls that became objects with their name as `kind`. */
function kindsSchema(calls: readonly CallSpec[]): JsonObject {
  return {
    anyOf: calls.map(({ name, args }) => {
      const { required, optional } = parted(args);
      return record({ kind: { const: name }, ...required }, optional);
    }),
  };
}

function optimiserSchema(): JsonObject {
  const type = blocks.train.settings.find((one) => one.name === 'optimiser')!.type;
  if (type.kind !== 'call') throw new Error('optimisers are calls');
  return { anyOf: type.of.map((call) => record({ kind: { const: call.name }, ...valuesOf(call.args) })) };
}

function stepSchema(step: StepSpec, withElse: boolean): JsonObject {
  const base = { op: { const: step.name }, args: argsSchema(step) };
  return record(
    base,
    withElse && step.place === 'embed' ? { else: listOf({ $ref: '#/$defs/standIn' }) } : {},
  );
}

function callSchema(call: CallSpec): JsonObject {
  return record({ call: { const: call.name }, args: argsSchema(call) });
}

function argsSchema({ args }: Pick<CallSpec, 'args'>): JsonObject {
  const { required, optional } = parted(args);
  return record(required, optional);
}

/** What is always there, and what may be missing: it is optional, or left out at its default. */
function parted(settings: readonly SettingSpec[]) {
  const optional = (one: SettingSpec) => one.optional === true || one.added === true;
  return {
    required: valuesOf(settings.filter((one) => !optional(one))),
    optional: valuesOf(settings.filter(optional)),
  };
}

function valuesOf(settings: readonly SettingSpec[]): Record<string, Json> {
  return Object.fromEntries(
    settings.map((one) => [one.name, { description: one.doc, ...valueSchema(one.type) }]),
  );
}

const text: JsonObject = { type: 'string' };

function listOf(items: Json): JsonObject {
  return { type: 'array', items };
}

/** An object with these properties and no others. */
function record(
  required: Readonly<Record<string, Json>>,
  optional: Readonly<Record<string, Json>> = {},
): JsonObject {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

function valueSchema(type: ValueType): JsonObject {
  switch (type.kind) {
    case 'number':
    case 'fraction':
    case 'duration':
      return {
        type: type.kind === 'number' && type.integer ? 'integer' : 'number',
        ...(type.min === undefined ? {} : { minimum: type.min }),
        ...(type.max === undefined ? {} : { maximum: type.max }),
        ...(type.above === undefined ? {} : { exclusiveMinimum: type.above }),
        ...(type.below === undefined ? {} : { exclusiveMaximum: type.below }),
      };
    case 'text':
    case 'reference':
      return text;
    case 'choice':
      return { enum: type.of.map((word) => word.name) };
    case 'list':
      return { ...listOf(valueSchema(type.of)), uniqueItems: true, minItems: type.atLeast ?? 0 };
    case 'mask':
      return { anyOf: [{ enum: type.of.map((word) => word.name) }, record({ name: text, pattern: text })] };
    case 'integers':
      return { ...listOf({ type: 'integer', minimum: type.min }), uniqueItems: true, minItems: 1 };
    case 'around':
      return record({ before: { type: 'number', minimum: 0 }, after: { type: 'number', minimum: 0 } });
    case 'call':
      return { anyOf: type.of.map(callSchema) };
  }
}
