/** Codes 3201–3299: simulated telemetry. */
import { defineCodes } from '../diagnostic.ts';

type Range = {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'duration';
  readonly min: number;
  readonly max: number;
  readonly found: unknown;
};

export const simulatorCodes = defineCodes({
  MED3201: {
    severity: 'error',
    say: ({ what, found, known }: { what: string; found: string; known: readonly string[] }) => ({
      message: `\`simulate\` knows no ${what} \`${found}\``,
      notes: [`expected ${known.map((name) => `\`${name}\``).join(' or ')}`],
      fix: what === 'system' ? `write \`simulate(${known[0]}, …)\`` : `write \`${what}: ${known[0]}\``,
    }),
  },
  MED3202: {
    severity: 'error',
    say: ({ name, type, min, max, found }: Range) => ({
      message: `\`${name}\` of \`simulate\` is out of range`,
      notes: [
        `expected ${type === 'integer' ? 'a whole number' : type === 'duration' ? 'a duration' : 'a number'} from ${amount(type, min)} to ${amount(type, max)}`,
        `found ${typeof found === 'number' ? amount(type, found) : String(found)}`,
      ],
      fix: `choose \`${name}\` between ${amount(type, min)} and ${amount(type, max)}`,
    }),
  },
});

function amount(type: Range['type'], value: number): string {
  return type === 'duration' ? `${value / 60_000}m` : String(value);
}
