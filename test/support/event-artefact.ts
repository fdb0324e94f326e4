/** Writes what stage `events` writes, from events by hand. */
import { join } from 'node:path';
import { openDatabase } from '../../src/data/database.ts';
import { writeEvents } from '../../src/data/events/artefact.ts';
import type { CaseTopology, ExtractedEvent } from '../../src/data/readers/reader.ts';
import { modalities } from '../../src/stages/contracts.ts';
import type { ArtefactWriter } from '../../src/stages/stage.ts';
import { tempFolder } from './temp.ts';

const none = { rows: 0, refused: 0, first: '', surplus: { keys: [], events: 0 }, copies: 0 };

/** `web cpu up` (metric), `web -> cart` (trace) or `web: 7` (log): an event of a sentence. */
export function eventOf(text: string): ExtractedEvent {
  const [caller = '', callee = ''] = text.split(' -> ');
  const [place = '', template = ''] = text.split(': ');
  const [instance = '', kpi = '', direction = ''] = text.split(' ');
  const plain = { time: null, count: 1 };
  if (text.includes(' -> ')) return { modality: 'trace', fields: [caller, callee, '', 'PD'], ...plain };
  if (text.includes(': ')) return { modality: 'log', fields: [place, template], ...plain };
  return { modality: 'metric', fields: [instance, '', kpi, direction], ...plain };
}

/** Per case its events, and the same graph for all of them, if one is given. */
export async function writeEventArtefact(
  out: ArtefactWriter,
  cases: readonly (readonly ExtractedEvent[])[],
  graph?: CaseTopology,
): Promise<void> {
  const folder = tempFolder('event-artefact');
  const db = await openDatabase({ folder: join(folder, 'db'), threads: 1 });
  try {
    const set = {
      events: cases,
      known: cases.map(() => true),
      counts: Object.fromEntries(modalities.map((one) => [one, none])),
      topology: graph ? cases.map(() => graph) : [],
      topologyRefused: { entries: 0, first: '', surplus: [] },
      templates: [],
    };
    const rows = cases.map((_, index) => index);
    const path = out.path('events.parquet');
    const { axes, topology } = await writeEvents(db, set, rows, join(folder, 'between'), path);
    out.json('axes', axes);
    if (topology) out.json('topology', topology);
  } finally {
    db.close();
  }
}
