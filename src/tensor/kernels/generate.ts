/** Turns `kernels.wat` into `kernels.generated.ts`. Run by its test, which fails when the committed file is stale. */

/** The part of `wabt` that is used. It is a development dependency; the product only reads the generated file. */
export interface WatAssembler {
  parseWat(
    name: string,
    text: string,
    features: { simd: boolean },
  ): { toBinary(options: object): { readonly buffer: Uint8Array } };
}

/** The TypeScript source that holds the assembled module. */
export function generateKernels(assembler: WatAssembler, wat: string): string {
  const { buffer } = assembler.parseWat('kernels.wat', wat, { simd: true }).toBinary({});
  const lines =
    Buffer.from(buffer)
      .toString('base64')
      .match(/.{1,100}/g) ?? [];
  const quoted = lines.map((line) => `  '${line}',`).join('\n');
  return [
    '// biome-ignore-all format: generated from kernels.wat; the test of the kernels says how.',
    '/** The assembled `kernels.wat`, base64. */',
    'export const kernelBytes = [',
    quoted,
    "].join('');",
    '',
  ].join('\n');
}
