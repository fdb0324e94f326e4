/** Notices of many stages as few lines: what one code says of one modality is one line, whatever the seed or the fold. */
import type { Notice } from '../stages/stage.ts';

/** Notices with equal keys differ only in their numbers. `log: 8 of 90 lines …` and `log: 9 of 90 lines …` do. */
export const noticeKey = (notice: Notice): string =>
  `${notice.code} ${/^[\w.]+:/.exec(notice.message)?.[0] ?? ''}`;

/** One line per key, in the order in which the keys came: the message with the largest count stands for the others. */
export function noticeLines(notices: readonly (Notice & { readonly stages: number })[]): string[] {
  const groups = new Map<string, { largest: Notice; stages: number; distinct: number }>();
  for (const notice of notices) {
    const key = noticeKey(notice);
    const group = groups.get(key);
    if (!group) {
      groups.set(key, { largest: notice, stages: notice.stages, distinct: 1 });
      continue;
    }
    if ((notice.count ?? 0) > (group.largest.count ?? 0)) group.largest = notice;
    group.stages += notice.stages;
    group.distinct += 1;
  }
  return [...groups.values()].map(({ largest, stages, distinct }) => {
    if (stages === 1) return largest.message;
    return `${largest.message} (${distinct === 1 ? `in ${stages} stages` : `the most of ${stages} stages`})`;
  });
}
