/** The address of a stage: SHA-256 of its kind, version, parameters and input hashes, in one canonical spelling. */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../stages/stage.ts';

/** JSON with sorted keys and without white space: equal values have equal spellings. Throws on a number that JSON cannot say. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`not a finite number: ${value}`);
    return JSON.stringify(value);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as JsonObject;
  const fields = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key]!)}`);
  return `{${fields.join(',')}}`;
}

/** 32 hex digits. The label and the cost are for people and the scheduler, so they are not part of it. */
export function hashStage(stage: {
  readonly kind: string;
  readonly version: number;
  readonly params: JsonObject;
  readonly inputs: Readonly<Record<string, string>>;
}): string {
  const text = canonicalJson({
    kind: stage.kind,
    version: stage.version,
    params: stage.params,
    inputs: stage.inputs,
  });
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
