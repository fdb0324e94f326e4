/** The language reference as Markdown, from the catalog: `grammar/language.md` holds its answer. */
import { baselines } from '../catalog/baselines/index.ts';
import { blockList, languageVersion } from '../catalog/index.ts';
import { modalities } from '../catalog/modalities.ts';
import { eventStart, pipelineEnd, pipelineStart, steps } from '../catalog/steps/index.ts';
import type { BlockSpec, CallSpec, SettingSpec, ValueType } from '../catalog/types.ts';
import { durationUnits } from '../catalog/units.ts';
import type { Json } from '../stages/stage.ts';
import { reservedWords } from '../syntax/tokens.ts';
import { describeType, formatValue } from './describe.ts';

export function languageReference(): string {
  return `${[intro(), ...blockList.map((block) => blockSection(block, 2)), stepSection()].join('\n\n')}\n`;
}

function intro(): string {
  const units = Object.entries(durationUnits).map(([unit, ms]) => `\`${unit}\` (${ms} ms)`);
  return `# Language ${languageVersion}

Made from the catalog by \`npm run grammar\`; edit \`src/catalog\` instead.

A file begins with \`med ${languageVersion}\`. It has four shapes: blocks \`name { … }\`, settings \`key = value\`, pipelines
\`step -> step\`, and values. Several settings may share a line. Comments go from \`#\` to the end of the line.

- \`import "lib/file.med"\`: a path relative to the file, within the folder of the file that is run. Imported blocks can be
  named; experiments of imported files do not run.
- Durations have a unit: ${units.join(', ')}.
- Shares are \`20%\` or \`0.2\`. Ranges include both ends: \`1..5\`, \`0.1..0.9 step 0.1\`.
- \`first else second\`: the first that is here. What stands in is written in the file, and every table that used it says so.
- A setting inside a block can be written with a path: \`mao.alpha = 0.3\` is \`mao { alpha = 0.3 }\`; arguments of a call too:
  \`optimiser.lr = 1e-3\`.
- \`--set PATH=VALUE\` on the command line wins over the file. A path begins with the name of a block (\`d3.window\`,
  \`medicine.log.transformer.layers\`, \`d3_ablation.seeds\`), or is a setting that only one block has (\`mao.alpha\`).
- \`--experiment NAME\` on the command line runs only that experiment of the file; it may be given again. The others are not
  checked either.
- Reserved words, which name nothing: ${reservedWords.map((word) => `\`${word}\``).join(', ')}.`;
}

function blockSection(block: BlockSpec, level: number): string {
  const title = level === 2 ? `${block.name} NAME { … }` : `${block.name} { … }`;
  if (block.repeats) return [`${'#'.repeat(level)} \`${title}\``, block.doc].join('\n\n');
  const forms = block.forms.map((form) => `- \`${form.form}\`  \n  ${form.doc}`);
  return [
    `${'#'.repeat(level)} \`${title}\``,
    block.doc,
    ...(block.settings.length > 0 ? [table(block.settings)] : []),
    ...(forms.length > 0 ? [forms.join('\n')] : []),
    ...choices(block.settings),
    ...calls(block.settings, level + 1),
    ...(block.name === 'baseline' ? methods(level + 1) : []),
    ...block.blocks.map((inner) => blockSection(inner, level + 1)),
  ].join('\n\n');
}

/** One section per method: what it is, what it reads, its settings. */
function methods(level: number): string[] {
  return baselines.flatMap(({ name, doc, provenance, reads, needs, inputs, settings }) => {
    const sources = [...(inputs.records ? ['records'] : []), ...(inputs.events ? ['extracted events'] : [])];
    const what =
      reads.length === 0
        ? 'Reads no telemetry.'
        : `Reads ${needs === 'any' ? 'what there is of ' : ''}${reads.join(', ')} (${sources.join(' or ')}).`;
    return [
      `${'#'.repeat(level)} \`${name}\``,
      `${doc} ${what} Provenance: *${provenance}*.`,
      ...(settings.length > 0 ? [table(settings), ...choices(settings)] : []),
    ];
  });
}

function calls(settings: readonly SettingSpec[], level: number): string[] {
  return settings
    .flatMap((one) => (one.type.kind === 'call' ? one.type.of.map((call) => [one, call] as const) : []))
    .map(([setting, call]) =>
      callSection(call, level, `${setting.name}${level > 3 ? ':' : ' ='} ${signature(call)}`),
    );
}

function callSection(call: CallSpec, level: number, title: string): string {
  const parts = [`${'#'.repeat(level)} \`${title}\``, call.doc];
  if (call.args.length > 0) parts.push(table(call.args));
  return [...parts, ...choices(call.args), ...calls(call.args, level + 1)].join('\n\n');
}

function signature(call: CallSpec): string {
  return call.args.length === 0 ? call.name : `${call.name}(${call.args.map((arg) => arg.name).join(', ')})`;
}

function table(settings: readonly SettingSpec[]): string {
  const rows = settings.map(
    (one) =>
      `| \`${one.name}\` | ${cell(describeType(one.type))} | ${cell(defaultOf(one))} | ${cell(one.doc)} |`,
  );
  return ['| name | takes | default | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function defaultOf({ type, default: value, profile, optional }: SettingSpec): string {
  if (profile) {
    const others = value === undefined ? [] : [`\`${show(type, value)}\``];
    const own = Object.entries(profile).map(([name, one]) => `\`${show(type, one)}\` (${name})`);
    return [...others, ...own].join(', ');
  }
  if (value !== undefined) return `\`${show(type, value)}\``;
  return optional ? 'none' : 'needed';
}

function show(type: ValueType, value: Json): string {
  return type.kind === 'call' ? (value as { call: string }).call : formatValue(type, value);
}

/** The words of every closed list that says more than the setting itself. */
function choices(settings: readonly SettingSpec[]): string[] {
  return settings.flatMap((one) => {
    const type = one.type.kind === 'list' ? one.type.of : one.type;
    if (type.kind !== 'choice' && type.kind !== 'mask') return [];
    return [[`\`${one.name}\`:`, '', ...type.of.map((word) => `- \`${word.name}\`: ${word.doc}`)].join('\n')];
  });
}

function stepSection(): string {
  const starts = modalities.map((one) => `${one} with \`${pipelineStart[one]}\``).join(', ');
  return [
    '## Steps of pipelines',
    `Every arrow is checked: a step has to take what the step before it gives; \`*\` is any dimension. Pipelines start with what
the telemetry is (${starts}, extracted events with \`${eventStart}\`) and end in \`${pipelineEnd}\`. Steps marked *trained* are part of the model.`,
    ...steps.map((step) => {
      const types = step.signatures.map(({ takes, gives }) => `\`${takes}\` → \`${gives}\``).join(', ');
      const trained = step.place === 'model' ? '*Trained.* ' : '';
      const parts = [`### \`${signature(step)}\``, `${trained}${step.doc}`, types];
      if (step.args.length > 0) parts.push(table(step.args));
      return [...parts, ...choices(step.args)].join('\n\n');
    }),
  ].join('\n\n');
}
