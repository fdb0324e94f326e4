/** Counts the lines of a file that are not UTF-8, and says where the first one is. Memory is one piece of the file. */
import { isUtf8 } from 'node:buffer';
import { readUnpacked } from '../packed.ts';

export interface BadLines {
  readonly lines: number;
  /** One-based; 0 without any. */
  readonly first: number;
}

export async function countBadLines(path: string): Promise<BadLines> {
  let rest = Buffer.alloc(0);
  let [line, lines, first] = [0, 0, 0];
  const judge = (text: Buffer) => {
    // A whole piece is right nearly always: only a wrong one is looked at line by line.
    if (isUtf8(text)) {
      for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) line++;
      return;
    }
    for (let from = 0; from < text.length; ) {
      const at = text.indexOf(10, from);
      const end = at < 0 ? text.length : at;
      line++;
      if (!isUtf8(text.subarray(from, end))) {
        lines++;
        first ||= line;
      }
      from = end + 1;
    }
  };
  for await (const chunk of readUnpacked(path)) {
    const whole = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = whole.lastIndexOf(10) + 1;
    judge(whole.subarray(0, end));
    rest = Buffer.from(whole.subarray(end));
  }
  if (rest.length > 0) judge(rest);
  return { lines, first };
}
