/** Why a model answered a case as it did: the parts of its features that the answer rests on, and the log lines among them. */
import type { RunRecord } from '../../run/record.ts';
import { findNode, openArtefact, type Store } from '../../run/store.ts';
import type { SpokenPart } from '../../stages/medicine/occlusion.ts';
import { askModel, type CaseAnswer, type Choice, openCase } from './diagnosis.ts';

export interface Explanation {
  readonly answer: CaseAnswer;
  /** By how much the answer's probability drops without them, the largest first. */
  readonly parts: readonly SpokenPart[];
  /** Templates of the window of the log that spoke most, those first that other windows have least of. */
  readonly templates: readonly SpokenTemplate[];
}

export interface SpokenTemplate {
  readonly window: number;
  readonly text: string;
  /** Lines in that window, and in the others on average. */
  readonly lines: number;
  readonly elsewhere: number;
}

const mostTemplates = 5;

export async function explainCase(
  store: Store,
  record: RunRecord,
  choice: Choice & { readonly case: string },
): Promise<Explanation> {
  const opened = await openCase(store, record, choice);
  try {
    const { occlude } = await import('../../stages/medicine/occlusion.ts');
    const answer = await askModel(opened);
    const parts = await occlude(opened.model, opened);
    const loudest = parts.find(
      ({ modality, what, drop }) => modality === 'log' && what === 'window' && drop > 0,
    );
    const { log } = opened.made;
    const templates =
      loudest && log !== undefined
        ? templatesOf(store, log, answer.case.index, Number(loudest.name), answer.windows)
        : [];
    return { answer, parts, templates };
  } finally {
    await opened.model.release();
  }
}

/** Reads the counts that the log features were made from; features of extracted events have none. */
function templatesOf(
  store: Store,
  features: string,
  index: number,
  window: number,
  windows: number,
): SpokenTemplate[] {
  const counted = findNode(store, features).inputs.drain;
  if (counted === undefined) return [];
  const artefact = openArtefact(store, counted);
  const texts = readTemplates(store, counted);
  const { data } = artefact.array<Int32Array>('counts');
  const found = new Map<number, { lines: number; all: number }>();
  for (let i = 0; i + 3 < data.length; i += 4) {
    if (data[i] !== index) continue;
    const [template, count] = [data[i + 2] ?? 0, data[i + 3] ?? 0];
    const known = found.get(template) ?? { lines: 0, all: 0 };
    known.all += count;
    if (data[i + 1] === window) known.lines += count;
    found.set(template, known);
  }
  return [...found]
    .filter(([, { lines }]) => lines > 0)
    .map(([template, { lines, all }]) => ({
      window,
      text: texts[template] ?? `template ${template}`,
      lines,
      elsewhere: (all - lines) / Math.max(1, windows - 1),
    }))
    .sort((a, b) => b.lines / (b.elsewhere + 1) - a.lines / (a.elsewhere + 1))
    .slice(0, mostTemplates);
}

/** `drain.match` counts templates of the stage that learned them. */
function readTemplates(store: Store, counted: string): readonly string[] {
  const artefact = openArtefact(store, counted);
  const own = artefact.has('templates.json');
  const learned = own ? counted : (findNode(store, counted).inputs.drain ?? counted);
  return openArtefact(store, learned)
    .json<readonly { readonly template: string }[]>('templates')
    .map(({ template }) => template);
}

/** The parts that matter, as a reader wants them: at most `most` of each kind that drop the answer at all. */
export function spokenLines({ parts, templates }: Explanation, most: number): string[] {
  const kinds = ['modality', 'window', 'kpi', 'link', 'event'] as const;
  const titles = { modality: 'modalities', window: 'windows', kpi: 'KPIs', link: 'links', event: 'events' };
  const lines = kinds.flatMap((kind) => {
    const own = parts.filter(({ what, drop }) => what === kind && drop >= 0.0005).slice(0, most);
    if (own.length === 0) return [];
    const rows = own.map(({ modality, name, drop }) => {
      const what =
        kind === 'window' ? `${modality} window ${name}` : kind === 'modality' ? name : `${modality} ${name}`;
      return `  ${(-drop).toFixed(3)}  ${what}`;
    });
    return [`without these ${titles[kind]} the answer's probability changes by`, ...rows];
  });
  const spoken = templates.map(
    ({ lines: n, elsewhere, text }) => `  ${n} (${elsewhere.toFixed(1)} in other windows)  ${text}`,
  );
  const of = templates[0] ? [`lines of log window ${templates[0].window}`, ...spoken] : [];
  return lines.length + of.length > 0
    ? [...lines, ...of]
    : ['no part of the features alone changes the answer'];
}
