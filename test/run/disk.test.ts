import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder, writeBeside } from '../../src/disk/write.ts';
import { guardStore } from '../../src/run/failures.ts';
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

test('a path that cannot be written is said to be one, whatever lies there', async () => {
  const folder = tempFolder();
  const socket = join(folder, 'socket');
  const server = createServer().listen(socket);
  await once(server, 'listening');
  symlinkSync('circle', join(folder, 'circle'));
  const write = (path: string) => () => guardStore('write', path, () => writeFileSync(path, ''));
  expect(write(socket)).toThrow('a socket or a device that is not there');
  expect(write(join(folder, 'circle'))).toThrow('links lead in a circle');
  expect(write(join(folder, 'x'.repeat(300)))).toThrow('a name is too long');
  server.close();
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
