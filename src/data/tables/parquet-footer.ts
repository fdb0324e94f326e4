/**
 * Columns of a Parquet file, from its footer (Apache Parquet format, `parquet.thrift`, Thrift compact protocol): enough to
 * check a file before DuckDB opens it. Rows are read by DuckDB alone.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface ParquetColumn {
  readonly name: string;
  readonly kind: 'number' | 'text' | 'timestamp' | 'other';
  /** For messages: `INT64 (TIMESTAMP_MICROS)`, `a group`. */
  readonly type: string;
}

/** What is wrong with a file that was to be Parquet. */
export class NoParquet extends Error {}

const physicalTypes = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
];
// ConvertedType: 0 UTF8, 4 ENUM, 5 DECIMAL, 6 DATE, 7–8 TIME, 9–10 TIMESTAMP, 11–18 integers, 19 JSON, 20 BSON, 21 INTERVAL.
const convertedTypes = [
  'UTF8',
  'MAP',
  'MAP_KEY_VALUE',
  'LIST',
  'ENUM',
  'DECIMAL',
  'DATE',
  'TIME_MILLIS',
  'TIME_MICROS',
  'TIMESTAMP_MILLIS',
  'TIMESTAMP_MICROS',
];

/** Top-level columns in order. Throws `NoParquet`, or what the file system throws. */
export function readParquetColumns(path: string): ParquetColumn[] {
  return columnsOf(readFooter(path));
}

/** Rows of a file. Throws as `readParquetColumns`. */
export function readParquetRows(path: string): number {
  const rows = readFooter(path).get(3);
  if (typeof rows !== 'number' || rows < 0) throw new NoParquet('its footer is damaged');
  return rows;
}

function readFooter(path: string): ThriftStruct {
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    const piece = (from: number, length: number) => {
      const buffer = Buffer.alloc(length);
      readSync(handle, buffer, 0, length, from);
      return buffer;
    };
    if (size === 0) throw new NoParquet('it is empty');
    if (size < 12 || piece(0, 4).toString('latin1') !== 'PAR1')
      throw new NoParquet('it does not begin with PAR1');
    const tail = piece(size - 8, 8);
    if (tail.toString('latin1', 4) !== 'PAR1')
      throw new NoParquet('it does not end with PAR1: it is cut off or encrypted');
    const length = tail.readUInt32LE(0);
    if (length > size - 12) throw new NoParquet('its footer is longer than the file');
    return readStruct(new Cursor(piece(size - 8 - length, length)), 0);
  } finally {
    closeSync(handle);
  }
}

type Thrift = number | string | ThriftStruct | readonly Thrift[];
interface ThriftStruct extends ReadonlyMap<number, Thrift> {}

function columnsOf(footer: ThriftStruct): ParquetColumn[] {
  const schema = footer.get(2);
  if (!Array.isArray(schema)) throw new NoParquet('its footer has no schema');
  const elements = schema.filter((element): element is ThriftStruct => element instanceof Map);
  const columns: ParquetColumn[] = [];
  const last = childrenOf(elements[0]);
  let at = 1;
  for (let k = 0; k < last; k++) {
    const element = elements[at];
    if (!element) throw new NoParquet('its schema is cut off');
    columns.push(columnOf(element));
    at = endOf(elements, at);
  }
  return columns;
}

const childrenOf = (element: ThriftStruct | undefined) => Number(element?.get(5) ?? 0);

/** Position after an element and all that belongs to it. */
function endOf(elements: readonly ThriftStruct[], start: number): number {
  let open = 1;
  let at = start;
  while (open > 0) {
    const element = elements[at];
    if (!element) throw new NoParquet('its schema is cut off');
    open += childrenOf(element) - 1;
    at++;
  }
  return at;
}

function columnOf(element: ThriftStruct): ParquetColumn {
  const name = String(element.get(4) ?? '');
  if (childrenOf(element) > 0) return { name, kind: 'other', type: 'a group' };
  if (element.get(3) === 2) return { name, kind: 'other', type: 'a list' };
  const physical = physicalTypes[Number(element.get(1))] ?? 'of an unknown type';
  const converted = element.get(6);
  const logical = element.get(10);
  const annotated = logical instanceof Map ? Number([...logical.keys()][0]) : undefined;
  const noted = typeof converted === 'number' ? convertedTypes[converted] : undefined;
  const type = noted ? `${physical} (${noted})` : physical;
  // LogicalType: 1 STRING, 4 ENUM, 5 DECIMAL, 6 DATE, 7 TIME, 8 TIMESTAMP, 10 INTEGER, 12 JSON, 13 BSON, 14 UUID.
  if (converted === 9 || converted === 10 || annotated === 8 || physical === 'INT96')
    return { name, kind: 'timestamp', type: annotated === 8 && !noted ? `${physical} (TIMESTAMP)` : type };
  if (
    converted === 6 ||
    converted === 7 ||
    converted === 8 ||
    converted === 21 ||
    annotated === 6 ||
    annotated === 7
  )
    return { name, kind: 'other', type };
  if (converted === 5 || annotated === 5) return { name, kind: 'number', type };
  if (annotated === 14 || annotated === 15) return { name, kind: 'other', type };
  return { name, kind: physical.endsWith('BYTE_ARRAY') ? 'text' : 'number', type };
}

class Cursor {
  at = 0;
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new NoParquet('its footer is cut off');
    return value;
  }
  /** Values beyond 2^53 lose digits; none that is used here is so large. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let k = 0; k < 10; k++) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw new NoParquet('its footer is damaged');
  }
  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  text(): string {
    const length = this.varint();
    this.skip(length);
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
  skip(length: number): void {
    if (this.at + length > this.bytes.length) throw new NoParquet('its footer is cut off');
    this.at += length;
  }
}

function readStruct(cursor: Cursor, depth: number): ThriftStruct {
  const fields = new Map<number, Thrift>();
  let id = 0;
  for (;;) {
    const head = cursor.byte();
    if (head === 0) return fields;
    id = head >> 4 === 0 ? cursor.zigzag() : id + (head >> 4);
    const type = head & 15;
    fields.set(id, type === 1 || type === 2 ? 2 - type : readValue(cursor, type, depth + 1));
  }
}

function readValue(cursor: Cursor, type: number, depth: number): Thrift {
  if (depth > 40) throw new NoParquet('its footer is damaged');
  switch (type) {
    case 1:
    case 2:
    case 3:
      return cursor.byte();
    case 4:
    case 5:
    case 6:
      return cursor.zigzag();
    case 7:
      cursor.skip(8);
      return 0;
    case 8:
      return cursor.text();
    case 9:
    case 10:
      return readList(cursor, depth);
    case 12:
      return readStruct(cursor, depth);
    default:
      throw new NoParquet('its footer is damaged');
  }
}

function readList(cursor: Cursor, depth: number): Thrift[] {
  const head = cursor.byte();
  const size = head >> 4 === 15 ? cursor.varint() : head >> 4;
  const list: Thrift[] = [];
  for (let k = 0; k < size; k++) list.push(readValue(cursor, head & 15, depth));
  return list;
}
