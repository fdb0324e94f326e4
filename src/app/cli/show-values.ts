/** Every value of a spec with its origin, as aligned text. A variant is shown by what sets it apart from the first. */
import type { ResolvedSpec, ResolvedValue } from '../../spec/resolved.ts';

export function renderValues(spec: ResolvedSpec): string {
  const lines: string[] = [];
  for (const experiment of spec.experiments) {
    lines.push(`experiment ${experiment.name}`, '');
    const rows = spec.values
      .filter((value) => value.path.startsWith(`${experiment.name}.`))
      .map((value) => ({ ...value, path: value.path.slice(experiment.name.length + 1) }));
    const names = experiment.variants.map((variant) => variant.name);
    const [first, ...others] = names;
    // `ogm noise=0` begins `ogm noise=0.5.dim` too: the longest name is meant.
    const longest = [...names].sort((a, b) => b.length - a.length);
    const variantOf = (path: string) => longest.find((name) => path.startsWith(`${name}.`));
    const common = rows.filter((row) => variantOf(row.path) === undefined);
    const rowsOf = (name: string) =>
      rows
        .filter((row) => variantOf(row.path) === name)
        .map((row) => ({ ...row, path: row.path.slice(name.length + 1) }));
    lines.push(...table(common), '');
    if (first === undefined) continue;
    const base = rowsOf(first);
    lines.push(`variant ${first}`, '', ...table(base), '');
    for (const name of others) {
      const point = experiment.variants.find((variant) => variant.name === name)?.point;
      const own = rowsOf(name);
      const changed = own.filter((row) => !base.some((other) => sameRow(row, other)));
      const gone = point ? [] : base.filter((row) => !own.some((other) => other.path === row.path));
      lines.push(
        `variant ${name}: as ${point?.of ?? first}${changed.length + gone.length > 0 ? ', except' : ''}`,
        '',
      );
      lines.push(...table([...changed, ...summarise(gone)]), '');
    }
  }
  for (const { name } of spec.reports ?? []) {
    const head = `report ${name}`;
    const rows = spec.values
      .filter(({ path }) => path.startsWith(`${head}.`))
      .map((value) => ({ ...value, path: value.path.slice(head.length + 1) }));
    lines.push(head, '', ...table(rows), '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function sameRow(a: ResolvedValue, b: ResolvedValue): boolean {
  return a.path === b.path && a.text === b.text;
}

/** What a variant leaves out, by its first word: `log` instead of its twenty values. */
function summarise(gone: readonly ResolvedValue[]): ResolvedValue[] {
  const heads = new Set(gone.map((row) => row.path.split('.')[0]!));
  return [...heads]
    .filter((head) => head !== 'mao' && head !== 'corrupt')
    .map((path) => ({ path, text: '–', origin: 'left out' }));
}

function table(rows: readonly ResolvedValue[]): string[] {
  const width = (pick: (row: ResolvedValue) => string) => Math.max(0, ...rows.map((row) => pick(row).length));
  const [paths, texts] = [
    width((row) => row.path),
    Math.min(
      48,
      width((row) => row.text),
    ),
  ];
  return rows.map((row) => `  ${row.path.padEnd(paths)}  ${row.text.padEnd(texts)}  ${row.origin}`);
}
