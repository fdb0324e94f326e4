/** What the status of a span says, in whatever way a set writes it. */

/** Words that tell of no failure, besides the empty text. */
const sound = new Set(['ok', 'unset', 'success', 'successful', 'true', 'none', 'null', 'nan']);

/**
 * Whether the span failed: a code of HTTP from 400 on, one of gRPC but 0, or any word that is not one of success
 * (`STATUS_CODE_OK`, `Ok`). Numbers below 100 are gRPC's.
 */
export function isFailure(status: string): boolean {
  const text = status
    .trim()
    .toLowerCase()
    .replace(/^status_code_/, '');
  if (text === '' || sound.has(text)) return false;
  const code = Number(text);
  return Number.isNaN(code) ? true : code >= 100 ? code >= 400 : code !== 0;
}
