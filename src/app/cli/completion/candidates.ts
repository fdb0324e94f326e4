/**
 * What could stand at the end of an unfinished command line: commands, options, and values by what an argument or an option is
 * called. Walks the commands as they are declared, so a new one is completed without a line here.
 */
import type { Argument, Command, Option } from 'commander';

export interface Candidates {
  readonly words: readonly string[];
  /** Files too, with this ending or any. */
  readonly files?: string;
}

/** Values that the names of arguments and options stand for. Reading a store or a file must not fail: no value is an answer. */
export interface Values {
  readonly runs: () => readonly string[];
  /** Of the run that is named on the line, else of the last. */
  readonly rows: (run: string | undefined) => readonly string[];
  readonly experiments: (run: string | undefined) => readonly string[];
  /** Of the `.med` file. */
  readonly ownExperiments: (file: string) => readonly string[];
  readonly cases: (run: string | undefined) => readonly string[];
  /** Rows that the `.med` file on the line has, else those of the last run. */
  readonly variants: (file: string | undefined) => readonly string[];
  /** Paths that `--set` takes. */
  readonly settings: (file: string | undefined) => readonly string[];
  readonly datasets: () => readonly string[];
  readonly publicSets: () => readonly string[];
}

interface Line {
  readonly command: Command;
  /** Words that are neither a command nor an option nor its value. */
  readonly operands: readonly string[];
  /** The option whose value comes next. */
  readonly waiting?: Option;
}

/** `words` are those behind `medx`, the last one unfinished, perhaps empty. */
export function candidatesFor(program: Command, words: readonly string[], values: Values): Candidates {
  const line = readLine(program, words.slice(0, -1));
  const last = words[words.length - 1] ?? '';
  const found = line.waiting
    ? valuesOf(line.waiting, line, values)
    : last.startsWith('-')
      ? { words: optionsOf(line.command, program) }
      : operandsOf(line, values);
  return { ...found, words: found.words.filter((word) => word.startsWith(last)) };
}

function readLine(program: Command, words: readonly string[]): Line {
  let command = program;
  const operands: string[] = [];
  let waiting: Option | undefined;
  for (const word of words) {
    if (waiting) {
      waiting = undefined;
      continue;
    }
    const option = [...command.options, ...program.options].find(
      (one) => one.long === word || one.short === word,
    );
    if (option) {
      waiting = option.required ? option : undefined;
      continue;
    }
    const below = operands.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
    if (below) command = below;
    else if (!word.startsWith('-')) operands.push(word);
  }
  return { command, operands, ...(waiting ? { waiting } : {}) };
}

function optionsOf(command: Command, program: Command): string[] {
  const own = [...new Set([...command.options, ...program.options])].filter((option) => !option.hidden);
  return [...own.flatMap(({ long }) => long ?? []), '--help'];
}

function operandsOf({ command, operands }: Line, values: Values): Candidates {
  if (command.commands.length > 0 && operands.length === 0) {
    const names = command.commands.map((one) => one.name()).filter((name) => !name.startsWith('_'));
    return { words: [...names, 'help'] };
  }
  const declared = command.registeredArguments;
  const last = declared[declared.length - 1];
  const argument = declared[operands.length] ?? (last?.variadic ? last : undefined);
  return argument ? valuesOfArgument(argument, values) : { words: [] };
}

const medFiles = '.med';

function valuesOfArgument(argument: Argument, values: Values): Candidates {
  if (argument.argChoices) return { words: argument.argChoices };
  switch (argument.name()) {
    case 'file':
      return { words: [], files: /\.med/.test(argument.description) ? medFiles : '' };
    case 'run':
      return {
        words: ['last', ...values.runs()],
        ...(/\.med/.test(argument.description) ? { files: medFiles } : {}),
      };
    case 'job':
      return { words: values.rows(undefined) };
    case 'dataset':
      return { words: values.datasets(), files: medFiles };
    case 'name':
      return { words: values.publicSets() };
    case 'out':
      return { words: [], files: '' };
    default:
      return { words: [] };
  }
}

/** By what stands between the brackets: `--csv <file>`, `--row <name>`. */
function valuesOf(option: Option, { operands }: Line, values: Values): Candidates {
  if (option.argChoices) return { words: option.argChoices };
  const takes = /<(\w+)/.exec(option.flags)?.[1] ?? '';
  const med = operands.find((word) => word.endsWith(medFiles));
  const [first] = operands;
  if (takes === 'file' || takes === 'dir') return { words: [], files: '' };
  switch (option.long) {
    case '--set':
      return { words: values.settings(med).map((path) => `${path}=`) };
    case '--row':
      return { words: values.rows(first) };
    case '--case':
      return { words: values.cases(first) };
    case '--variant':
      return { words: values.variants(med) };
    case '--experiment':
      return { words: med === undefined ? values.experiments(first) : values.ownExperiments(med) };
    default:
      return { words: [] };
  }
}
