/**
 * What a model makes of each log template, for values that are linear in a window's vector (`tensor/fold/rows.ts`): computed once for
 * all templates by the network itself, and put side by side for the templates of a case.
 */
import type { InferenceSession, TensorConstructor } from 'onnxruntime-common';

/** Vectors of templates, `[template, dim]`. */
export interface TemplateVectors {
  readonly data: Float32Array;
  readonly dim: number;
}

/** Of one value. */
export interface Images {
  readonly width: number;
  /** `[template, width]`. */
  readonly images: Float32Array;
  /** `[window, width]`: the value for windows without templates. */
  readonly offset: Float32Array;
}

/**
 * `session` reads `log` `[1, windows, dim]` and gives the values `[windows, width]` under `names`. Vectors take the places of
 * windows; the value for empty windows is taken away from what they give.
 */
export async function computeImages(
  session: InferenceSession,
  Tensor: TensorConstructor,
  names: readonly string[],
  { data, dim }: TemplateVectors,
  windows: number,
): Promise<Images[]> {
  const rows = new Float32Array(windows * dim);
  const run = async () => {
    const values = await session.run({ log: new Tensor('float32', rows, [1, windows, dim]) });
    return names.map((name) => new Float32Array(values[name]?.data as Float32Array));
  };
  const all = (await run()).map((offset): Images => {
    const width = offset.length / windows;
    return { width, images: new Float32Array((data.length / dim) * width), offset };
  });
  for (let first = 0; first < data.length / dim; first += windows) {
    const some = data.subarray(first * dim, (first + windows) * dim);
    rows.fill(0).set(some);
    const values = await run();
    for (const [i, { width, images, offset }] of all.entries())
      for (let k = 0; k < (some.length / dim) * width; k++)
        images[first * width + k] = (values[i]?.[k] as number) - (offset[k] as number);
  }
  return all;
}

/** The images of a case's templates, in the order in which they are first seen. */
export interface SeenImages {
  /** All templates so far, those that were seen before first. */
  see(templates: readonly number[]): void;
  /** Per value `[count, width]`, zeros where fewer than `count` were seen. */
  first(count: number): readonly Float32Array[];
}

export function collectImages(all: readonly Images[]): SeenImages {
  let seen = 0;
  let room = 0;
  let collected = all.map(() => new Float32Array());
  const makeRoom = (count: number) => {
    if (count <= room) return;
    room = Math.max(64, 2 * count);
    collected = all.map(({ width }, i) => {
      const wider = new Float32Array(room * width);
      wider.set(collected[i] ?? []);
      return wider;
    });
  };
  return {
    see(templates) {
      makeRoom(templates.length);
      for (; seen < templates.length; seen++) {
        const template = templates[seen] as number;
        for (const [i, { width, images }] of all.entries())
          collected[i]?.set(images.subarray(template * width, (template + 1) * width), seen * width);
      }
    },
    first(count) {
      makeRoom(count);
      return all.map(({ width }, i) => (collected[i] as Float32Array).subarray(0, count * width));
    },
  };
}
