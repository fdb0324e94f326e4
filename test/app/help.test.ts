/** `--help` of every command: options have words, examples can be called, and the commands of the README are there. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/app/cli/exit.ts';
import { createProgram } from '../../src/app/cli/program.ts';

const root = resolve(import.meta.dirname, '../..');
const program = createProgram();

/** Those that help lists, by their whole name: `data check`. */
function commandsOf(command: Command, above = ''): (readonly [string, Command])[] {
  return command.commands
    .filter((one) => !one.name().startsWith('__'))
    .flatMap((one) => {
      const name = `${above}${one.name()}`;
      return [[name, one] as const, ...commandsOf(one, `${name} `)];
    });
}

const commands = new Map(commandsOf(program));

/** What `--help` prints. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

/** The command of a line, and the options on it that the command does not have. */
function read(line: string): { readonly command?: Command; readonly unknown: readonly string[] } {
  const [first = '', second = ''] = line.replace(/^medx /, '').split(' ');
  const alone = commands.get(first);
  const command = alone?.commands.length ? commands.get(`${first} ${second}`) : alone;
  const known = [...(command?.options ?? []), ...program.options].flatMap(({ long, short }) => [long, short]);
  const given = line.match(/(?<=\s)--?[a-z][a-z-]*/g) ?? [];
  return { ...(command ? { command } : {}), unknown: given.filter((one) => !known.includes(one)) };
}

describe.each([...commands])('medx %s', (_name, command) => {
  const help = helpOf(command);

  test('says what it does, and what each argument and option is', () => {
    expect(command.description()).not.toBe('');
    for (const one of command.options) expect([one.flags, one.description]).not.toContain('');
    for (const one of command.registeredArguments) expect([one.name(), one.description]).not.toContain('');
    expect(help).toContain('--store <dir>');
  });

  test('has examples of itself that can be called', () => {
    const lines = help.match(/^ {2}medx .*$/gm) ?? [];
    for (const line of lines) {
      const found = read(line.trim().split(/ {3}/)[0] ?? '');
      expect([line, found.command?.name(), found.unknown]).toEqual([line, command.name(), []]);
      for (const file of line.match(/experiments\/[\w-]+\.med/g) ?? [])
        expect(() => readFileSync(join(root, file))).not.toThrow();
    }
  });
});

test('exit codes are said by their numbers', () => {
  const help = helpOf(program);
  for (const code of Object.values(exitCodes))
    if (code !== exitCodes.pipe) expect(help).toMatch(new RegExp(`^ +${code} +\\w`, 'm'));
});

test('the README calls no command and no option that is not there', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const calls = text.match(/(?<=`|^ {4}|npx )medx [a-z][^`\n|]*/gm) ?? [];
  expect(calls.length).toBeGreaterThan(30);
  for (const call of calls) {
    const { command, unknown } = read(call.split(/ {2,}/)[0] ?? '');
    expect([call, command !== undefined, unknown]).toEqual([call, true, []]);
  }
});
