/** Draws the datasets of a data root and the public ones that are not there. Pure. */
import { clip, wrap } from '../text.ts';
import { formatCount } from './facts.ts';

export interface ListRow {
  /** `microservo("d3")`. */
  readonly source: string;
  readonly files: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly labels: number | null;
  readonly problem?: string;
  readonly manifest?: {
    readonly name: string;
    readonly licence: string;
    readonly title?: string;
    readonly citation?: string;
  };
  readonly matches?: { readonly by: string; readonly ok: boolean; readonly differ: readonly string[] };
}

export interface AbsentRow {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly homepage: string;
  /** The command; null if it has to be got by hand. */
  readonly fetch: string | null;
}

export function renderList(
  dataRoot: string,
  found: readonly ListRow[],
  absent: readonly AbsentRow[],
  { width, color }: { readonly width: number; readonly color: boolean },
): string[] {
  const paint = (code: string) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [bold, dim, warn] = [paint('1'), paint('2'), paint('33')];
  const lines = [
    found.length > 0 ? dim(clipped(dataRoot, width)) : `${dataRoot}: no dataset that medx can read`,
  ];
  for (const one of found) {
    const labels =
      one.labels === null
        ? 'labels unreadable'
        : `${formatCount(one.labels)} ${one.labels === 1 ? 'label' : 'labels'}`;
    const files = Object.entries(one.files)
      .filter(([, n]) => n > 0)
      .map(([what, n]) => `${n} ${what === 'labels' && n === 1 ? 'label' : what}`);
    lines.push('', bold(clipped(one.source, width)));
    lines.push(...wrap(`${labels}, ${size(one.bytes)}; files: ${files.join(', ')}`, width, '  ', '  '));
    if (one.manifest) {
      const { name, title, licence } = one.manifest;
      lines.push(...wrap(`${title ?? name}; licence ${licence}`, width, '  ', '  '));
    }
    if (one.matches?.ok)
      lines.push(`  ${one.matches.by === 'size' ? 'sizes' : 'checksums'} as in dataset.yaml`);
    else if (one.matches)
      lines.push(
        ...wrap(
          `not as in dataset.yaml: ${one.matches.differ.slice(0, 3).join(', ')}${one.matches.differ.length > 3 ? `, … (${one.matches.differ.length})` : ''}`,
          width,
          '  ',
          '  ',
        ).map(warn),
      );
    if (one.problem) lines.push(...wrap(one.problem, width, '  ! ', '    ').map(warn));
  }
  if (absent.length === 0) return lines;
  lines.push('', bold('public datasets that are not here'));
  const longest = Math.max(...absent.map(({ name }) => name.length));
  for (const { name, title, licence, homepage, fetch } of absent) {
    lines.push(...wrap(title, width, `  ${name.padEnd(longest)}  `, ' '.repeat(longest + 4)));
    const how = fetch ? `${fetch}` : `by hand: ${homepage}`;
    lines.push(
      ...wrap(`licence: ${licence}; ${how}`, width, ' '.repeat(longest + 4), ' '.repeat(longest + 4)).map(
        dim,
      ),
    );
  }
  return lines;
}

const clipped = (text: string, width: number) => (text.length <= width ? text : clip(text, width));

function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
