/** What a pattern of the user has to be, so that it can be applied to millions of lines that nobody has seen. */
import { isExponential } from './ambiguity.ts';
import { automataOf, UnfitPattern } from './automaton.ts';

export interface PatternProblem {
  readonly what: 'no expression' | 'matches nothing' | 'exponential' | 'backreference' | 'too large';
  /** In words, for `no expression`: what the expression compiler said. */
  readonly detail?: string;
}

/** Why a mask cannot use this JavaScript regular expression (without flags); undefined if it can. */
export function patternProblem(pattern: string): PatternProblem | undefined {
  try {
    new RegExp(pattern);
  } catch (error) {
    const message = (error as Error).message;
    return { what: 'no expression', detail: message.slice(message.lastIndexOf(': ') + 2) };
  }
  try {
    const automata = automataOf(pattern);
    if (automata[0]?.empty) return { what: 'matches nothing' };
    for (const automaton of automata) {
      const verdict = isExponential(automaton);
      if (verdict === 'too large') return { what: 'too large' };
      if (verdict) return { what: 'exponential' };
    }
  } catch (error) {
    if (!(error instanceof UnfitPattern)) throw error;
    if (error.refusal === 'unreadable')
      return { what: 'no expression', detail: 'groups with flags are not read' };
    return { what: error.refusal };
  }
  return undefined;
}
