/**
 * Chevrotain, imported as the one bundled file of its package: its many small modules take some 300 ms to load, the
 * bundle 10 ms, and `medx check` has to answer at once. Falls back to the ordinary entry if the bundle is not there.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const entry = createRequire(import.meta.url).resolve('chevrotain');
const bundle = join(dirname(entry), '..', 'chevrotain.min.mjs');
const library: typeof import('chevrotain') = existsSync(bundle)
  ? await import(/* @vite-ignore */ pathToFileURL(bundle).href)
  : await import('chevrotain');

export const { createToken, createTokenInstance, CstParser, EOF, Lexer, tokenMatcher } = library;
export type { CstElement, CstNode, IRecognitionException, IToken, TokenType } from 'chevrotain';
