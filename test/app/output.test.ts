/** What commands print passes a guard: log lines and names of others steer no terminal. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { guardOutput, unguardedStream } from '../../src/app/output.ts';

function terminal() {
  const stream = new PassThrough({ encoding: 'utf8' }) as unknown as NodeJS.WriteStream & {
    read(): string | null;
  };
  return { stream, shown: () => stream.read() };
}

test('control characters of a log line become signs; colours, lines and tabs stay', () => {
  const { stream, shown } = terminal();
  guardOutput(stream);
  stream.write('\u001b[1mtemplate\u001b[0m\tlogin \u001b]52;c;Y3VybA==\u0007 of \u001b[2J\u001b[1A\r<*>\n');
  expect(shown()).toBe('\u001b[1mtemplate\u001b[0m\tlogin ␛]52;c;Y3VybA==␇ of ␛[2J␛[1A␍<*>\n');
  stream.write(Buffer.from('as it is'));
  expect(shown()).toBe('as it is');
});

test('JSON stays JSON', () => {
  const { stream, shown } = terminal();
  guardOutput(stream);
  const value = { message: 'a\u001b[2J\u007f\u009b\u202e\n' };
  stream.write(JSON.stringify(value));
  const text = shown() ?? '';
  expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(JSON.parse(text)).toEqual(value);
});

test('a screen that clears its own texts may move the cursor', () => {
  const { stream, shown } = terminal();
  guardOutput(stream);
  unguardedStream(stream).write('\u001b[H');
  expect(shown()).toBe('\u001b[H');
  const plain = terminal().stream;
  expect(unguardedStream(plain)).toBe(plain);
});
