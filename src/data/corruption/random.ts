/**
 * Random numbers of records as SQL: a number depends on the salt of its case and on what identifies the record, on nothing
 * else, so a record meets the same fate in every variant, at every level and in whatever order rows are read. MD5 stands in
 * for a random function because DuckDB's own hash may change with its version.
 */

/** A salt says what is drawn (`drop`), by which seed, in which case. `identity` are SQL expressions. */
function digestOf(kind: string, salt: string, identity: readonly string[]): string {
  const parts = identity.map((one) => `coalesce(CAST(${one} AS VARCHAR), '')`);
  return `concat_ws(chr(31), '${kind}', ${[salt, ...parts].join(', ')})`;
}

/** Uniform in [0, 1), with 53 bits. */
export function uniform(kind: string, salt: string, identity: readonly string[]): string {
  return `(CAST(md5_number_lower(${digestOf(kind, salt, identity)}) >> 11 AS DOUBLE) / 9007199254740992.0)`;
}

/** Standard Gaussian (Box and Muller, 1958), from the two halves of one digest. */
export function gaussian(kind: string, salt: string, identity: readonly string[]): string {
  const digest = digestOf(kind, salt, identity);
  const half = (which: string) => `CAST(md5_number_${which}(${digest}) >> 11 AS DOUBLE)`;
  // The first half is shifted into (0, 1]: its logarithm is finite.
  return `(sqrt(-2 * ln((${half('lower')} + 1) / 9007199254740992.0)) * cos(2 * pi() * ${half('upper')} / 9007199254740992.0))`;
}
