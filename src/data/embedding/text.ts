/**
 * What an embedder is shown of a template. The wildcard `<:*:>` stands for no word and is left out: a tokenizer would
 * cut it into five signs of punctuation that weigh as much as five words. A named mask is shown as its name, `<:IP:>`
 * as `IP`: that an address stands here does tell something.
 */
export function readableText(template: string): string {
  return template
    .replaceAll('<:*:>', ' ')
    .replaceAll(/<:([A-Za-z0-9]+):>/g, ' $1 ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
