/**
 * The last line of defence between texts of others (labels, log lines, names) and the terminal: what commands print passes here.
 * Colours, line ends and tabs pass; all other control characters become signs. A screen that clears its own texts takes the stream
 * as it was.
 */
import { visibleButColours } from '../text/visible.ts';

type Write = NodeJS.WriteStream['write'];

const unguarded = new WeakMap<NodeJS.WriteStream, Write>();

/** From now on the stream shows no control character that a text brought along. */
export function guardOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as Write;
  unguarded.set(stream, write);
  stream.write = ((chunk: string | Uint8Array, ...rest: []) =>
    write(typeof chunk === 'string' ? visibleButColours(chunk) : chunk, ...rest)) as Write;
}

/** The stream as it was before it was guarded. */
export function unguardedStream(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = unguarded.get(stream);
  if (!write) return stream;
  return new Proxy(stream, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
