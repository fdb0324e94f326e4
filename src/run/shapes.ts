/** Compares JSON that others may have written with the schemas that the package carries. */
import { readFileSync } from 'node:fs';
import type { AnySchemaObject } from 'ajv';

const names = ['event', 'run-record', 'lock', 'pack'] as const;

/** What is wrong with the value, in words, or undefined. */
export async function shapeProblem(
  name: Exclude<(typeof names)[number], 'event'>,
  value: unknown,
): Promise<string | undefined> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
  for (const one of names) ajv.addSchema(schemaOf(one), `${one}.schema.json`);
  const check = ajv.getSchema(`${name}.schema.json`);
  if (!check) throw new Error(`there is no schema ${name}`);
  if (check(value)) return undefined;
  const [first] = check.errors ?? [];
  return `${first?.instancePath || 'the whole'} ${first?.message ?? 'is not what it should be'}`;
}

function schemaOf(name: string): AnySchemaObject {
  // Two folders up from both src/run and dist/run lies the package.
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as AnySchemaObject;
}
