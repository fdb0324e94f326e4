/** Services from the names of pods. */

/** `observe.cartservice-0`, `cartservice-0`, `cartservice-7d9c4b5f6-x2x9z` → `cartservice`. */
export function podService(pod: string): string {
  return pod.replace(/^.*\./, '').replace(/-(\d+|[a-z0-9]{6,10}-[a-z0-9]{5})$/, '');
}

/** Between a service and which of its instances a sample is of: equal values of two instances are two samples, not a copy. */
export const instanceMark = '\u0003';

/** The service of `SERVICE`, or of `SERVICE` `instanceMark` `INSTANCE`. */
export function seriesService(entity: string): string {
  return entity.split(instanceMark, 1)[0] ?? entity;
}

/** The instance of the same, without marks; the service where it names none. */
export function seriesInstance(entity: string): string {
  const [service = '', instance = ''] = entity.replace(podMark, '').split(instanceMark);
  return instance === '' ? service : instance;
}

/** Before the name of a pod that nothing gives a service. */
export const podMark = '\u0002';

/** A text about entities without the marks, for people: `SERVICE/INSTANCE`. */
export function unmarked(text: string): string {
  return text
    .replaceAll(podMark, '')
    .replace(new RegExp(`${instanceMark}(?=\\s|$)`, 'g'), '')
    .replaceAll(instanceMark, '/');
}
