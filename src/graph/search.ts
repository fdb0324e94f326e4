/** Plans the search of a row: what each value changes in the parameters of its training, as data that a stage can apply. */
import type { ResolvedAxis } from '../spec/resolved.ts';
import type { ParamPlace, SearchAxis, TrainParams } from '../stages/contracts.ts';
import type { Json } from '../stages/stage.ts';

type Trained = Pick<TrainParams, 'model' | 'train'>;

/** `base` are the parameters without the search, `paramsOf` those with a value of the axis. */
export function searchAxis(
  { path, range, values }: ResolvedAxis,
  base: Trained,
  paramsOf: (value: ResolvedAxis['values'][number]) => Trained,
): SearchAxis {
  if (!range) {
    const items = values.map((one) => ({ value: one.value, changes: changesOf(base, paramsOf(one)) }));
    return { path, items };
  }
  const [low, high] = [values[0]!, values.at(-1)!];
  const [change, more] = changesOf(paramsOf(low), paramsOf(high));
  // A number is one place in the parameters.
  if (!change || more) throw new Error(`a search cannot place ${path}`);
  return {
    path,
    range: { kind: 'range', low: Number(low.value), high: Number(high.value), ...range },
    at: change.at,
  };
}

/** Where the second is other than the first. Lists of one length are compared piece by piece. */
function changesOf(from: Json | undefined, to: Json | undefined, at: ParamPlace = []): Change[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const [a, b] = [fieldsOf(from), fieldsOf(to)];
  const alike = a && b && Array.isArray(from) === Array.isArray(to);
  if (!alike || (Array.isArray(from) && a.size !== b.size))
    return [to === undefined ? { at } : { at, value: to }];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) =>
    changesOf(a.get(key), b.get(key), [...at, key]),
  );
}

interface Change {
  readonly at: ParamPlace;
  readonly value?: Json;
}

function fieldsOf(json: Json | undefined): Map<string | number, Json> | undefined {
  if (Array.isArray(json)) return new Map(json.map((one, i) => [i, one]));
  return json !== null && typeof json === 'object' ? new Map(Object.entries(json)) : undefined;
}
