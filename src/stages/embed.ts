/**
 * Stage `embed`: one vector per template, in the order of the `drain` artefact (paper equation 4).
 * `tfidf` is fitted on the training cases (inputs `cases`, `split`; on all cases without `split`).
 * Artefact: float32 array `vectors` [template, dim]; json `embedder` (which one, and the SHA-256 of its weights).
 */
import { stageKinds } from '../catalog/stages.ts';
import { embedHashed } from '../data/embedding/hashed.ts';
import { readableText } from '../data/embedding/text.ts';
import { embedTfidf, fitIdf } from '../data/embedding/tfidf.ts';
import type { Split } from './contracts.ts';
import type { Templates } from './drain.ts';
import type { StageContext, StageKind } from './stage.ts';
import { readCases, requireInput } from './telemetry.ts';

export type EmbedderParams =
  | { readonly kind: 'hashed'; readonly dim: number }
  | { readonly kind: 'tfidf'; readonly dim: number }
  | {
      readonly kind: 'bert';
      /** `Xenova/bert-base-uncased`, `…@revision`, or a folder. */
      readonly model: string;
      /** SHA-256 of the weights; another model of this name is refused. */
      readonly digest?: string;
    };

export type EmbedParams = { readonly embedder: EmbedderParams };

export const stage: StageKind<EmbedParams> = {
  kind: 'embed',
  version: stageKinds.embed.version,
  cost: 'light',
  async run({ embedder }, context) {
    const texts = requireInput(context, 'drain')
      .json<Templates>('templates')
      .map(({ template }) => readableText(template));
    if (embedder.kind === 'hashed') {
      const vectors = embedHashed(texts, embedder.dim);
      context.out.json('embedder', embedder);
      context.out.array('vectors', { shape: [texts.length, embedder.dim], data: vectors });
      return;
    }
    if (embedder.kind === 'tfidf') {
      const idf = fitIdf(texts, templatesOfFitted(context));
      context.out.json('embedder', { ...embedder, words: idf.size });
      context.out.array('vectors', {
        shape: [texts.length, embedder.dim],
        data: embedTfidf(texts, idf, embedder.dim),
      });
      return;
    }
    const { dim, vectors, digest } = await embedWithModel(texts, embedder, context);
    context.out.json('embedder', { kind: 'bert', model: embedder.model, digest });
    context.out.array('vectors', { shape: [texts.length, dim], data: vectors });
  },
};

/** Rows of `templates` per training case; per case where there is no `split`. */
function templatesOfFitted(context: StageContext): number[][] {
  const cases = readCases(context).cases.length;
  const counts = requireInput(context, 'drain').array<Int32Array>('counts').data;
  const found = Array.from({ length: cases }, () => new Set<number>());
  for (let i = 0; i < counts.length; i += 4) found[counts[i] as number]?.add(counts[i + 2] as number);
  const fitted = context.inputs.split?.json<Split>('split').train ?? found.map((_, index) => index);
  return fitted.map((index) => [...(found[index] ?? [])]);
}

async function embedWithModel(
  texts: readonly string[],
  embedder: Extract<EmbedderParams, { kind: 'bert' }>,
  { dataRoot, cacheDir, progress }: StageContext,
) {
  const { embedBert } = await import('../data/embedding/bert.ts');
  return embedBert(texts, embedder.model, {
    dataRoot,
    cacheDir,
    allowRemote: true,
    ...(embedder.digest !== undefined && { digest: embedder.digest }),
    progress: (step, steps, note) => progress({ step, steps, note }),
  });
}
