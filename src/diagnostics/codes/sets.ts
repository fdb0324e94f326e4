/** Codes 3040–3049 and 3130–3139: the layouts of published data sets, and clocks that disagree. */
import { defineCodes } from '../diagnostic.ts';

const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

export const setCodes = defineCodes({
  MED3040: {
    severity: 'error',
    say: (p: { argument: string; found: string }) => ({
      message: `\`${p.argument}\` is "${p.found}", which is no time zone`,
      notes: ['expected "UTC", an offset such as "+08:00", or a name such as "Asia/Shanghai"'],
      fix: `write for example ${p.argument}: "+08:00"`,
    }),
  },
  MED3041: {
    severity: 'error',
    say: (p: { found: readonly string[]; call: string }) => ({
      message: `the folder holds ${p.found.length} cloudbeds: ${p.found.join(', ')}`,
      notes: ['each is a system of its own with the same names of pods; their telemetry must not be mixed'],
      fix: `choose one: ${p.call}(…, cloudbed: ${p.found[0]})`,
    }),
  },
  MED3042: {
    severity: 'error',
    say: (p: { wanted: string; found: readonly string[]; what: string }) => ({
      message: `no ${p.what} of cloudbed ${p.wanted}`,
      notes: [p.found.length > 0 ? `found cloudbed ${p.found.join(', ')}` : 'no path names a cloudbed'],
      fix: 'name a cloudbed that is there, or leave `cloudbed` out where there is one only',
    }),
  },
  MED3043: {
    severity: 'error',
    say: (p: { files: readonly string[]; found: readonly string[] }) => ({
      message: `${plural(p.files.length, 'file does', 'files do')} not say which cloudbed they belong to, for example ${p.files[0]}`,
      notes: [`others are of cloudbed ${p.found.join(', ')}`],
      fix: 'move them into a folder `cloudbed-1` (or -2, -3), or label files to a name such as `groundtruth-k8s-1-2022-03-20.csv`',
    }),
  },
  MED3044: {
    severity: 'error',
    say: (p: { what: string; forms: readonly [string, string] }) => ({
      message: `${p.what} files lie here in two forms, which would count twice`,
      notes: [`for example ${p.forms[0]} and ${p.forms[1]}`],
      fix: 'name the folder of one form as the root of the dataset',
    }),
  },
  MED3130: {
    severity: 'warning',
    say: (p: { what: readonly string[]; against: string; hours: number; fix: string }) => ({
      message: `the ${p.what.join(' and ')} records seem to be ${hours(p.hours)} ${p.hours > 0 ? 'late' : 'early'} against the ${p.against} records: moved by that, their gaps and ends agree; ${p.fix}`,
    }),
  },
  MED3131: {
    severity: 'warning',
    say: (p: {
      modality: string;
      hit: number;
      labels: number;
      moved: number;
      hours: number;
      fix: string;
    }) => ({
      message: `only ${p.hit} of ${plural(p.labels, 'label')} fall into ${p.modality} records; ${p.moved} would if the labels were ${hours(p.hours)} ${p.hours > 0 ? 'later' : 'earlier'}; ${p.fix}`,
    }),
  },
  MED3132: {
    severity: 'notice',
    say: (p: { taken: string; left: readonly string[] }) => ({
      message: `labels are ${p.taken}; left aside: ${p.left.slice(0, 3).join(', ')}${p.left.length > 3 ? `, … (${p.left.length})` : ''}`,
    }),
  },
  MED3133: {
    severity: 'notice',
    say: (p: { rows: number; injections: number; others: number; blank: number; example: string }) => ({
      message: `run table: ${p.injections} of ${plural(p.rows, 'line')} are injections, ${p.blank} are empty, ${p.others} are something else${p.example ? `, for example \`${p.example}\`` : ''}`,
    }),
  },
  MED3134: {
    severity: 'notice',
    say: (p: { kept: number; all: number; during: number; close: number; gap: number }) => ({
      message: `run table: ${p.kept} of ${plural(p.all, 'login failure')} become cases; ${p.during} lie within another injection, ${p.close} start within ${p.gap / 60_000} min of the one before (\`login_gap\`)`,
    }),
  },
  MED3135: {
    severity: 'notice',
    say: (p: { failures: number; types: readonly string[] }) => ({
      message: `${plural(p.failures, 'failure')} of whole nodes left out (${p.types.join(', ')}), as in the authors' selection; \`node_failures: keep\` takes them`,
    }),
  },
  MED3136: {
    severity: 'notice',
    say: (p: { files: number; example: string; argument: string }) => ({
      message: `${plural(p.files, 'metric file')} left aside, for example ${p.example}; ${p.argument} would take them`,
    }),
  },
  MED3137: {
    severity: 'notice',
    say: (p: { cloudbed: string; files: number; others: readonly string[] }) => ({
      message: `cloudbed ${p.cloudbed} is read; ${plural(p.files, 'file')} of cloudbed ${p.others.join(', ')} left aside`,
    }),
  },
});

function hours(value: number): string {
  const amount = Math.abs(value);
  return `${amount} h`;
}
