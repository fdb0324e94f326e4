/** Reads a mask that the file makes itself: `mask("REQ", "req-[0-9]+")`. Which names exist is catalog data. */
import { maskName } from '../catalog/masks.ts';
import { patternProblem } from '../catalog/patterns/index.ts';
import { logCodes } from '../diagnostics/codes/log.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { Json } from '../stages/stage.ts';
import type { Value } from '../syntax/ast.ts';
import type { Context } from './context.ts';

type Text = Extract<Value, { kind: 'string' }>;
type MaskCall = { readonly name: Text; readonly pattern: Text };

/** The two texts of `mask(…)`, by position or by name; undefined if the value is anything else. */
export function maskCall(value: Value): MaskCall | undefined {
  if (value.kind !== 'call' || value.name.text !== 'mask' || value.args.length !== 2) return undefined;
  const at = (part: 'name' | 'pattern', place: number): Text | undefined => {
    const named = value.args.find((arg) => arg.name?.text === part)?.value;
    const given = named ?? (value.args[place]?.name ? undefined : value.args[place]?.value);
    return given?.kind === 'string' ? given : undefined;
  };
  const name = at('name', 0);
  const pattern = at('pattern', 1);
  return name && pattern && { name, pattern };
}

/** `{ name, pattern }`, or undefined where one of them was reported. */
export function readMask({ name, pattern }: MaskCall, context: Context): Json | undefined {
  const before = context.problems.list.length;
  if (!maskName.test(name.text))
    context.problems.add(report(logCodes, 'MED3501', { name: name.text }, { span: name.span }));
  const problem = patternProblem(pattern.text);
  if (problem) {
    const params = { name: name.text, pattern: pattern.text, problem };
    context.problems.add(report(logCodes, 'MED3502', params, { span: pattern.span }));
  }
  return context.problems.list.length === before ? { name: name.text, pattern: pattern.text } : undefined;
}
