/** The parameters of a training whose settings are searched for: points as changes to them, and what a search has chosen. */
import type { Axis, Point } from '../../search/space.ts';
import type { ParamPlace, SearchAxis, SearchResult, TrainParams } from '../contracts.ts';
import type { ArtefactReader, Json } from '../stage.ts';

/** As given, or with what the search that is an input has chosen. */
export function searchedParams(
  params: TrainParams,
  inputs: Readonly<Record<string, ArtefactReader>>,
): TrainParams {
  return { ...params, ...inputs.search?.json<SearchResult>('search').params };
}

export function spaceOf(axes: readonly SearchAxis[]): Axis[] {
  return axes.map((axis) => ('range' in axis ? axis.range : { kind: 'list', count: axis.items.length }));
}

/** The point's values by path. */
export function settingsAt(axes: readonly SearchAxis[], point: Point): { readonly [path: string]: Json } {
  return Object.fromEntries(
    axes.map((axis, k) => [axis.path, 'range' in axis ? point[k]! : axis.items[point[k]!]!.value]),
  );
}

/** The parameters at a point. */
export function paramsAt(params: TrainParams, axes: readonly SearchAxis[], point: Point): TrainParams {
  const { model, train } = params;
  const changes = axes.flatMap((axis, k) =>
    'range' in axis ? [{ at: axis.at, value: point[k]! }] : axis.items[point[k]!]!.changes,
  );
  const changed = changes.reduce<Json>((json, { at, value }) => withValue(json, at, value), { model, train });
  return { ...params, ...(changed as Pick<TrainParams, 'model' | 'train'>) };
}

function withValue(json: Json, [key, ...rest]: ParamPlace, value: Json | undefined): Json {
  if (key === undefined) return value ?? null;
  if (Array.isArray(json)) return json.map((one, i) => (i === key ? withValue(one, rest, value) : one));
  const fields = json as { readonly [key: string]: Json };
  if (rest.length === 0 && value === undefined)
    return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  return { ...fields, [key]: withValue(fields[key] ?? {}, rest, value) };
}
