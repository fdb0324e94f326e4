import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder, writeBeside } from '../../src/disk/write.ts';
import { openStore } from '../../src/run/store.ts';
import { tempFolder } from '../support/temp.ts';

describe('folders', () => {
  test('are made with those above them; one that is there is fine', () => {
    const root = tempFolder();
    makeFolder(join(root, 'a', 'b', 'c'));
    makeFolder(join(root, 'a', 'b', 'c'));
    expect(readdirSync(join(root, 'a', 'b'))).toEqual(['c']);
  });

  test('are not made over or below a file', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(file)).toThrow('EEXIST');
    expect(() => makeFolder(join(file, 'a', 'b'))).toThrow('ENOTDIR');
  });

  test.skipIf(!existsSync('/proc/self'))('are refused at once where the system lets nobody make one', () => {
    expect(() => makeFolder('/proc/none/here')).toThrow(
      "ENOENT: no such file or directory, mkdir '/proc/none'",
    );
    expect(() => openStore('/proc/none/here')).toThrow('MED4001: cannot use the store `/proc/none`');
  });
});

test('a file that cannot be put into place leaves nothing beside it', () => {
  const root = tempFolder();
  writeBeside(join(root, 'a'), 'one');
  writeBeside(join(root, 'a'), 'two');
  makeFolder(join(root, 'b'));
  expect(() => writeBeside(join(root, 'b'), 'three')).toThrow('EISDIR');
  expect(readdirSync(root).sort()).toEqual(['a', 'b']);
  expect(readFileSync(join(root, 'a'), 'utf8')).toBe('two');
});
