import { describe, expect, test } from 'vitest';
import { diagnosticToJson } from '../../src/diagnostics/json.ts';
import { editDistance, listWords, nearestName } from '../../src/diagnostics/nearest.ts';
import { summarise } from '../../src/diagnostics/summary.ts';
import { renderDiagnostic } from '../../src/diagnostics/terminal.ts';
import { createSourceFile } from '../../src/text/source.ts';

const file = createSourceFile('d3.med', 'med 1\n\tmao { alpa = 0.5 }\n');
const source = (name: string) => (name === file.name ? file : undefined);
const misspelt = {
  code: 'MED1204',
  severity: 'error',
  message: '`mao` has no setting `alpa`',
  span: { file: 'd3.med', start: 13, end: 17 },
  label: 'did you mean `alpha`?',
  notes: ['`mao` accepts alpha (0..1) and beta (0..1).'],
  fix: 'Write `alpha`.',
} as const;

describe('terminal', () => {
  test('shows the line, carets under the word, notes and the repair', () => {
    expect(renderDiagnostic(misspelt, { source, color: false }).split('\n')).toEqual([
      `error MED1204: \`mao\` has no setting \`alpa\`          d3.med:2:8`,
      '',
      '  2 | \tmao { alpa = 0.5 }',
      '    | \t      ^^^^ did you mean `alpha`?',
      '',
      '  `mao` accepts alpha (0..1) and beta (0..1).',
      '  Write `alpha`.',
    ]);
  });

  test('names the file even where its text cannot be read', () => {
    const lines = renderDiagnostic(
      { ...misspelt, span: { ...misspelt.span, file: 'gone.med' } },
      { source, color: false },
    );
    expect(lines).toContain('gone.med');
  });

  test('counts by severity', () => {
    expect(summarise([misspelt, misspelt, { ...misspelt, severity: 'warning' }])).toBe(
      '2 errors, 1 warning.',
    );
    expect(summarise([])).toBe('No errors.');
  });
});

test('JSON gives one-based lines and columns', () => {
  expect(diagnosticToJson(misspelt, source)).toMatchObject({
    code: 'MED1204',
    range: { file: 'd3.med', line: 2, column: 8, endLine: 2, endColumn: 12 },
  });
});

describe('nearest name', () => {
  test.each([
    ['alpa', 'alpha'],
    ['windwo', 'window'],
    ['optimizer', 'optimiser'],
    ['weight-decay', 'weight_decay'],
    ['standard', 'standardize'],
  ])('%s → %s', (word, expected) => {
    const names = ['alpha', 'beta', 'window', 'optimiser', 'weight_decay', 'standardize'];
    expect(nearestName(word, names)).toBe(expected);
  });

  test('offers nothing that is far off', () => {
    expect(nearestName('colour', ['alpha', 'beta', 'window'])).toBeUndefined();
    expect(nearestName('x', ['alpha'])).toBeUndefined();
  });

  test('a swap of neighbours is one edit', () => expect(editDistance('ab', 'ba')).toBe(1));
  test('lists words', () => expect(listWords(['a', 'b', 'c'])).toBe('a, b or c'));
});
