/** Who calls whom in the training cases: pairs of services from input `spans`, for methods that look along calls. */
import { sqlText } from '../../data/database.ts';
import { inFitted } from '../../data/features/metric.ts';
import { podService } from '../../data/readers/pod.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput, withDatabase } from '../telemetry.ts';
import type { Labelled } from './answer.ts';

/** Places in `instances`, caller and callee; a service stands for all instances of it. Empty without input `spans`. */
export async function readCalls(
  context: StageContext,
  train: readonly Labelled[],
  instances: readonly string[],
): Promise<(readonly [caller: number, callee: number])[]> {
  const { spans } = context.inputs;
  if (!spans) return [];
  const { services } = requireInput(context, 'spans').json<{ readonly services: readonly string[] }>('axes');
  const learnt = new Set(train.map(({ index }) => index));
  const fitted = readCases(context).cases.map((_, index) => learnt.has(index));
  const from = `read_parquet(${sqlText(spans.path('spans.parquet'))})`;
  const pairs = await withDatabase(context, 'calls', (db) =>
    db.rows(
      `SELECT caller, callee FROM ${from} WHERE ${inFitted(fitted)} AND caller <> callee GROUP BY ALL ORDER BY caller, callee`,
    ),
  );
  const placesOf = (code: unknown) => instancesOf(services[Number(code)] ?? '', instances);
  return pairs.flatMap(({ caller, callee }) =>
    placesOf(caller).flatMap((a) =>
      placesOf(callee).flatMap((b): (readonly [number, number])[] => (a === b ? [] : [[a, b]])),
    ),
  );
}

/** Places of the instance of this name, or else of the instances of the service of this name. */
export function instancesOf(name: string, instances: readonly string[]): number[] {
  const exact = instances.indexOf(name);
  if (exact >= 0) return [exact];
  return instances.flatMap((one, place) => (podService(one) === name ? [place] : []));
}
