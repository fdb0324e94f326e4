/** Steps from log lines to one vector per window (METHOD 2, paper 4.1). */
import { masks, medicineMaskNames } from '../masks.ts';
import type { StepSpec } from '../types.ts';

/** Templates, weighed or not, become vectors. */
const embeds: StepSpec['signatures'] = [
  { takes: 'templates[case]', gives: 'vectors[template, embedding]' },
  { takes: 'templates[case, weight]', gives: 'vectors[template, embedding]' },
];

export const logSteps: readonly StepSpec[] = [
  {
    name: 'drain',
    doc: 'Parses lines into templates with Drain (He et al., ICWS 2017), as drain3 does.',
    place: 'drain',
    signatures: [{ takes: 'lines', gives: 'templates[case]' }],
    args: [
      {
        name: 'similarity',
        type: { kind: 'number', above: 0, max: 1 },
        default: 0.5,
        doc: 'Least share of equal tokens for a line to join a template.',
      },
      {
        name: 'depth',
        type: { kind: 'number', integer: true, min: 3, max: 12 },
        default: 3,
        doc: 'Levels of the tree, root and leaves included: 3 sorts by number of tokens alone, 4 also by the first.',
      },
      {
        name: 'children',
        type: { kind: 'number', integer: true, min: 2 },
        default: 100,
        doc: 'Most children of an inner node, the wildcard included.',
      },
      {
        name: 'clusters',
        type: { kind: 'number', integer: true, min: 1 },
        default: 1024,
        doc: 'Most templates alive; the least recently used one is evicted.',
      },
      {
        name: 'masks',
        type: { kind: 'list', of: { kind: 'mask', of: masks } },
        default: [...medicineMaskNames],
        doc: 'What is replaced by `<:NAME:>` before a line is split, in this order: names of the list, or own ones as `mask("REQ", "req-[0-9]+")` with a JavaScript regular expression. Default: as the authors configured it.',
      },
    ],
  },
  {
    name: 'bert',
    doc: 'One vector per template: the mean of the last hidden state of a pretrained transformer.',
    place: 'embed',
    signatures: embeds,
    args: [
      {
        name: 'model',
        type: { kind: 'text' },
        doc: 'Name on the hub, such as `"Xenova/bert-base-uncased"`, or a local folder.',
      },
    ],
  },
  {
    name: 'hashed',
    doc: 'One vector per template from its hashed words: needs no download, knows no meaning.',
    place: 'embed',
    signatures: embeds,
    args: [
      {
        name: 'dim',
        type: { kind: 'number', integer: true, min: 8, max: 4096 },
        doc: 'Length of the vectors.',
      },
    ],
  },
  {
    name: 'tfidf',
    doc: 'One vector per template from its words, each weighed by its inverse document frequency over the training cases, projected to `dim` components by signs drawn from the words.',
    place: 'embed',
    signatures: embeds,
    args: [
      {
        name: 'dim',
        type: { kind: 'number', integer: true, min: 8, max: 4096 },
        default: 256,
        doc: 'Length of the vectors.',
      },
    ],
  },
  {
    name: 'weighted_sum',
    doc: 'Per window the weighted sum of the vectors of the templates that occur in it (equations 4 and 5).',
    place: 'features',
    signatures: [{ takes: 'vectors[template, embedding]', gives: 'sequence[window, embedding]' }],
    args: [],
  },
  {
    name: 'scale',
    doc: 'Brings the values of each case to one root mean square by one factor per case: sums of many vectors are small beside the positions that `transformer` adds (about 0.7). Nothing is fitted.',
    place: 'features',
    signatures: [{ takes: 'sequence[window, embedding]', gives: 'sequence[window, embedding]' }],
    args: [
      {
        name: 'rms',
        type: { kind: 'number', above: 0, max: 1000 },
        default: 3,
        doc: 'Root mean square over all windows and components of a case.',
      },
    ],
  },
];
