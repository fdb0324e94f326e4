/** Parts of the source of a regular expression that are found alike by all who take one apart. */

/** The place behind the `]` of the class that begins at `at`. */
export function classEnd(pattern: string, at: number): number {
  let end = at + 1;
  while (end < pattern.length && pattern[end] !== ']') end += pattern[end] === '\\' ? 2 : 1;
  return end + 1;
}

/** What opens the group at `at`: `(`, `(?:`, `(?=`, `(?<name>` …; undefined for a form that is not known. */
export function groupHead(pattern: string, at: number): string | undefined {
  const head = /^\((\?:|\?<?[=!]|\?<[A-Za-z_$][\w$]*>)?/.exec(pattern.slice(at))?.[0];
  return head === '(' && pattern[at + 1] === '?' ? undefined : head;
}
