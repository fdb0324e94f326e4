/** What `--help` says below the options: a few words, examples, exit codes; wrapped as commander wraps the rest. */
import { Help } from 'commander';

export interface MoreHelp {
  readonly text?: string;
  /** Command lines without `medx`, and what they do where that is not plain. */
  readonly examples?: readonly (readonly [line: string, does?: string])[];
  readonly exits?: readonly (readonly [code: number, means: string])[];
}

/** For `addHelpText('after', …)`. */
export function moreHelp({ text, examples = [], exits = [] }: MoreHelp): () => string {
  return () => {
    const help = new Help();
    const helpWidth = (process.stdout.isTTY && process.stdout.columns) || 80;
    help.prepareContext({ helpWidth });
    const width = Math.max(...examples.map(([line]) => line.length));
    const lines = examples.map(([line, does = '']) => `  medx ${line.padEnd(width)}   ${does}`.trimEnd());
    const codes = exits.map(([code, means]) => help.formatItem(`${code}`, 3, means, help));
    const blocks = [
      ...(text === undefined ? [] : [help.boxWrap(text, helpWidth)]),
      ...(lines.length > 0 ? [['Examples:', ...lines].join('\n')] : []),
      ...(codes.length > 0 ? [['Exit codes:', ...codes].join('\n')] : []),
    ];
    return `\n${blocks.join('\n\n')}`;
  };
}
