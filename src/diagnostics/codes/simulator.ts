/** Codes 3201–3299: simulated telemetry, also by `medx data simulate`. */
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
  MED3203: {
    severity: 'error',
    say: ({ cases, days, need, fits }: { cases: number; days: number; need: number; fits: number }) => ({
      message: `${cases} cases do not fit into ${days} ${days === 1 ? 'day' : 'days'}`,
      notes: [
        `each takes ${((need * 1440) / cases).toFixed(0)} minutes: what is recorded around it, its fault, and room in which its time varies`,
      ],
      fix:
        fits > 0
          ? `write --days ${Math.ceil(need * 10) / 10}, or --cases ${fits}`
          : `write --days ${Math.ceil(need * 10) / 10}`,
    }),
  },
  MED3204: {
    severity: 'error',
    say: ({
      records,
      least,
      most,
      days,
    }: {
      records: number;
      least: number;
      most: number;
      days: number;
    }) => ({
      message: `${count(records)} records are out of reach of ${days.toFixed(1)} days`,
      notes: [`expected from ${count(least)} to ${count(most)}`],
      fix:
        records < least
          ? 'ask for more records or fewer days (--days) or cases (--cases)'
          : 'ask for fewer records or more days (--days) or cases (--cases)',
    }),
  },
  MED3205: {
    severity: 'error',
    say: ({ option, found, expected }: { option: string; found: string; expected: string }) => ({
      message: `\`${option}\` cannot be \`${found}\``,
      notes: [`expected ${expected}`],
      fix: `change \`${option}\``,
    }),
  },
  MED3206: {
    severity: 'error',
    say: ({ folder }: { folder: string }) => ({
      message: `${folder} is there and not empty`,
      notes: ['what is in it would be lost'],
      fix: 'name another folder, or write --force to replace it',
    }),
  },
  MED3207: {
    severity: 'error',
    say: ({ version }: { version: string }) => ({
      message: '--zstd needs a newer Node',
      notes: ['expected Node 22.15 or newer, whose zlib has zstd', `found Node ${version}`],
      fix: 'write --gzip instead, or update Node',
    }),
  },
});

function count(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 1e3 ? `${Number((value / 1e3).toPrecision(3))}k` : String(Math.round(value));
}

function amount(type: Range['type'], value: number): string {
  return type === 'duration' ? `${value / 60_000}m` : String(value);
}
