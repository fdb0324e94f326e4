/** Labels: refused, without telemetry, clashing, overlapping, or too few of a type. */
import type { Finding } from '../../stages/findings.ts';
import { caseId } from '../readers/labels.ts';
import type { LabelRow } from '../readers/reader.ts';
import { type DataCheck, finding } from './check.ts';

export const labels: DataCheck = {
  name: 'labels',
  doc: 'Labels that are refused, clash, overlap or meet no telemetry; types with fewer cases than folds.',
  labelsOnly: true,
  run(context) {
    const { labels: set, table, missed, coverage, folds } = context;
    const all = set.rows.length + set.refused.length;
    const found: Finding[] = [];
    const refused = [...set.refused, ...(table?.refused ?? [])];
    const [bad] = refused;
    if (bad)
      found.push(
        finding('MED3419', { labels: refused.length, all }, refused.length, `${bad.id}: ${bad.reason}`),
      );
    for (const [modality, { perInterval: counts, range }] of Object.entries(coverage)) {
      const empty = set.rows.filter((_, i) => !counts[i]);
      const [first] = empty;
      if (first && !(missed && range && empty.length === set.rows.length))
        found.push(finding('MED3418', { modality, labels: empty.length, all }, empty.length, nameOf(first)));
    }
    const windowMs = table?.windowMs || 60_000;
    const clashes = set.timeless ? [] : findClashes(set.rows, windowMs);
    const [clash] = clashes;
    if (clash) {
      const example = clash
        .map((row) => `${nameOf(row)}${row.key === undefined ? ` ${row.type}` : ''}`)
        .join(' and ');
      found.push(
        finding('MED3416', { pairs: clashes.length, seconds: windowMs / 1000 }, clashes.length, example),
      );
    }
    if (!table) return found;
    const sizes = new Map<number, number>();
    for (const { group } of table.cases) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    const shared = table.cases.filter(({ group }) => (sizes.get(group) ?? 0) > 1);
    if (shared.length > 0) {
      const example = shared
        .filter(({ group }) => group === shared[0]?.group)
        .slice(0, 2)
        .map(({ id }) => id)
        .join(' and ');
      found.push(finding('MED3417', { cases: shared.length, groups: sizes.size }, shared.length, example));
    }
    const small = table.classes
      .map((type, label) => ({ type, n: table.cases.filter((one) => one.label === label).length }))
      .filter(({ n }) => n < folds);
    const [least] = small;
    if (least) {
      const types = small.map(({ type, n }) => `${type} (${n})`);
      found.push(
        finding(
          'MED3420',
          { types, folds },
          small.length,
          `${least.type}: ${least.n} ${least.n === 1 ? 'case' : 'cases'}`,
        ),
      );
    }
    return found;
  },
};

const nameOf = (row: LabelRow) =>
  row.key === undefined ? caseId(row.time, row.service) : `failure ${row.key} (${row.instance}, ${row.type})`;

/** Pairs of different types that were injected within one window of each other. Rows are in order of time. */
function findClashes(rows: readonly LabelRow[], windowMs: number): (readonly [LabelRow, LabelRow])[] {
  const sorted = [...rows].sort((a, b) => a.time - b.time);
  const pairs: (readonly [LabelRow, LabelRow])[] = [];
  sorted.forEach((row, i) => {
    for (let k = i + 1; k < sorted.length; k++) {
      const other = sorted[k];
      if (!other || other.time - row.time >= windowMs) break;
      if (other.type !== row.type) pairs.push([row, other]);
    }
  });
  return pairs;
}
