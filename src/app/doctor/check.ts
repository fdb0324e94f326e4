/** One line of `medx doctor`: what was looked at, what was found, and where it is a problem, how to mend it. */
export interface Check {
  readonly section: 'machine' | 'engines' | 'devices' | 'models' | 'data' | 'store';
  readonly name: string;
  readonly found: string;
  readonly state: 'ok' | 'absent' | 'problem';
  /** With `problem`, and with `absent` where something can be done. */
  readonly mend?: string;
}

export const ok = (section: Check['section'], name: string, found: string): Check => ({
  section,
  name,
  found,
  state: 'ok',
});

export const absent = (section: Check['section'], name: string, found: string, mend?: string): Check => ({
  section,
  name,
  found,
  state: 'absent',
  ...(mend === undefined ? {} : { mend }),
});

export const problem = (section: Check['section'], name: string, found: string, mend: string): Check => ({
  section,
  name,
  found,
  state: 'problem',
  mend,
});
