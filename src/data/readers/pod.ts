/** Services from the names of pods. */

/** `observe.cartservice-0`, `cartservice-0`, `cartservice-7d9c4b5f6-x2x9z` → `cartservice`. */
export function podService(pod: string): string {
  return pod.replace(/^.*\./, '').replace(/-(\d+|[a-z0-9]{6,10}-[a-z0-9]{5})$/, '');
}
