import type { Consistency } from './documents.ts';
import { printable } from './left-out.ts';

/** A line that says which moment a snapshot shows, once that is known. */
export function describeConsistency(consistency: Consistency | undefined): readonly string[] {
  return consistency === undefined ? [] : [`Consistency: ${consistency.level}. ${printable(consistency.reason)}`];
}
