/** Ways to spoil a file: each takes its bytes and random numbers, and gives other bytes. */

/** Uniform in [0, 1). */
export type Draw = () => number;

export type Mutation = (bytes: Buffer, draw: Draw) => Buffer;

const whole = (draw: Draw, below: number): number => Math.floor(draw() * below);

function pick<T>(items: readonly [T, ...T[]], draw: Draw): T {
  return items[whole(draw, items.length)] ?? items[0];
}

function insert(bytes: Buffer, at: number, piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

/** Beginning of a line, the first one left alone nine times out of ten. */
function lineStart(bytes: Buffer, draw: Draw): number {
  const from = draw() < 0.1 ? 0 : bytes.indexOf(10) + 1;
  const found = bytes.indexOf(10, from + whole(draw, Math.max(1, bytes.length - from)));
  return found < 0 ? from : found + 1;
}

function replaceField(bytes: Buffer, draw: Draw, piece: Buffer): Buffer {
  const start = bytes.indexOf(44, lineStart(bytes, draw));
  if (start < 0) return bytes;
  const ends = [bytes.indexOf(44, start + 1), bytes.indexOf(10, start + 1)].filter((at) => at >= 0);
  const end = ends.length > 0 ? Math.min(...ends) : bytes.length;
  return Buffer.concat([bytes.subarray(0, start + 1), piece, bytes.subarray(end)]);
}

const oddTexts = [
  '',
  '"',
  '""',
  '"""',
  '\0',
  '\r',
  '\r\n',
  '\n\n',
  ',',
  ',,,,,,,,,',
  '\ufeff',
  'NaN',
  'inf',
  '-1e400',
  '1e308',
  '99999999999999999999999',
  '-9223372036854775808',
  '0',
  '-0',
  '1970-01-01',
  '9999-12-31 23:59:59',
  '2024-02-30',
  "'; DROP TABLE cases; --",
  '%s%n',
  '\\',
  '\\"',
  '{"a":',
  '{}',
  '[]',
  'null',
  'true',
  '\u2028',
  '\u{1f4a5}',
  '%2e%2e/',
  '<script>',
  '\t',
  ' '.repeat(300),
] as const;

const brackets: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['[', ']'],
  ['{"a":', '}'],
  ['[', ''],
];

/** Bytes that are no UTF-8: Latin-1, a lone continuation, a surrogate, an overlong slash, a half character. */
const brokenTexts = ['e9', '80', 'eda080', 'c0af', 'f09f'].map((hex) => Buffer.from(hex, 'hex'));

const oddField = (draw: Draw): Buffer => Buffer.from(pick([...oddTexts] as unknown as [string], draw));

export const mutations: Readonly<Record<string, Mutation>> = {
  'flip bytes': (bytes, draw) => {
    const copy = Buffer.from(bytes);
    for (let k = 1 + whole(draw, 20); k > 0 && copy.length > 0; k--)
      copy[whole(draw, copy.length)] = whole(draw, 256);
    return copy;
  },
  'random bytes': (bytes, draw) => {
    const piece = Buffer.from(Array.from({ length: 1 + whole(draw, 3000) }, () => whole(draw, 256)));
    return insert(bytes, whole(draw, bytes.length + 1), piece);
  },
  'random file': (_bytes, draw) =>
    Buffer.from(Array.from({ length: whole(draw, 5000) }, () => whole(draw, 256))),
  'cut off': (bytes, draw) => bytes.subarray(0, whole(draw, bytes.length + 1)),
  'empty file': () => Buffer.alloc(0),
  'a piece is missing': (bytes, draw) => {
    const at = whole(draw, bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + whole(draw, 400))]);
  },
  'a piece is there twice': (bytes, draw) => {
    const at = whole(draw, bytes.length + 1);
    return insert(bytes, at, bytes.subarray(at, at + whole(draw, 4000)));
  },
  'NUL bytes': (bytes, draw) =>
    insert(bytes, whole(draw, bytes.length + 1), Buffer.alloc(1 + whole(draw, 2000))),
  'a long line': (bytes, draw) => {
    const size = pick([100_000, 1 << 20, 1_899_990, 1_900_010, 3 << 20], draw);
    const field = pick(['x', ',', '"', '\\', '\u00e9'], draw);
    const end = draw() < 0.5 ? '\n' : '';
    return insert(bytes, lineStart(bytes, draw), Buffer.from(field.repeat(size) + end));
  },
  'deep JSON': (bytes, draw) => {
    const depth = pick([100, 5000, 200_000], draw);
    const [open, close] = pick(brackets, draw);
    return insert(
      bytes,
      lineStart(bytes, draw),
      Buffer.from(`${open.repeat(depth)}1${close.repeat(depth)}\n`),
    );
  },
  'an odd field': (bytes, draw) => replaceField(bytes, draw, oddField(draw)),
  'many odd fields': (bytes, draw) => {
    let result = bytes;
    for (let k = whole(draw, 12); k >= 0; k--) result = replaceField(result, draw, oddField(draw));
    return result;
  },
  'an odd text anywhere': (bytes, draw) => insert(bytes, whole(draw, bytes.length + 1), oddField(draw)),
  'broken UTF-8': (bytes, draw) =>
    insert(bytes, whole(draw, bytes.length + 1), pick(brokenTexts as [Buffer], draw)),
  'UTF-16': (bytes, draw) => {
    const text = Buffer.from(bytes.toString('utf8'), 'utf16le');
    return draw() < 0.5 ? text : Buffer.concat([Buffer.from('fffe', 'hex'), text]);
  },
  'Latin-1': (bytes) => Buffer.from(bytes.toString('utf8').replaceAll('e', '\u00e9'), 'latin1'),
  'carriage returns': (bytes, draw) => {
    const end = pick(['\r\n', '\r', '\n\r'], draw);
    return Buffer.from(bytes.toString('latin1').replaceAll('\n', end), 'latin1');
  },
  'some carriage returns': (bytes, draw) => {
    const text = bytes.toString('latin1').replace(/\n/g, () => (draw() < 0.1 ? '\r\n' : '\n'));
    return Buffer.from(text, 'latin1');
  },
  'stray quotes': (bytes, draw) => {
    let result = bytes;
    for (let k = whole(draw, 4); k >= 0; k--)
      result = insert(result, whole(draw, result.length + 1), Buffer.from('"'));
    return result;
  },
  'blank lines': (bytes, draw) =>
    insert(bytes, lineStart(bytes, draw), Buffer.from(pick(['\n', '\n\n\n', '  \n', '\r\n'], draw))),
  'another separator': (bytes, draw) =>
    Buffer.from(bytes.toString('latin1').replaceAll(',', pick([';', '\t', '|'], draw)), 'latin1'),
  'no header': (bytes) => bytes.subarray(bytes.indexOf(10) + 1),
  'the header twice': (bytes) => Buffer.concat([bytes.subarray(0, bytes.indexOf(10) + 1), bytes]),
  'another header': (bytes, draw) => {
    const end = Math.max(0, bytes.indexOf(10));
    const names = bytes.subarray(0, end).toString('latin1').split(',');
    const at = whole(draw, names.length);
    if (draw() < 0.3) names.splice(at, 1);
    else if (draw() < 0.5) names.push(names[at] ?? '');
    else names[at] = oddField(draw).toString('latin1').replaceAll('\n', '');
    return Buffer.concat([Buffer.from(names.join(','), 'latin1'), bytes.subarray(end)]);
  },
  'no last line break': (bytes) => (bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes),
  'a byte order mark': (bytes) => Buffer.concat([Buffer.from('efbbbf', 'hex'), bytes]),
};
