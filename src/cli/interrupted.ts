import type { Session } from './command.ts';
import { followUp } from './follow-up.ts';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';

/** What becomes of something after Ctrl-C: the second half of a sentence, and what to do next. */
export interface Aftermath {
  readonly fact: string;
  readonly hint: string;
}

/** Returns the error of a command that was stopped with its aftermath, and any other error as it is. */
export function withAftermath(thrown: unknown, { fact, hint }: Aftermath): unknown {
  if (codeOf(thrown) !== 'INTERRUPTED') return thrown;
  return new AppError({ code: 'INTERRUPTED', message: `${messageOf(thrown)}; ${fact}`, hint, cause: thrown });
}

/**
 * A job of a server, which outlives the command.
 * @param verbs the commands for it, such as `export watch`, each with what it does.
 */
export function continues(
  session: Pick<Session, 'chosenBy'>,
  noun: string,
  { clusterName, id }: { readonly clusterName: string; readonly id: string },
  verbs: Readonly<Record<string, string>>,
): Aftermath {
  const hints = Object.entries(verbs).map(
    ([verb, what]) => `\`${followUp(session, ...verb.split(' '), clusterName, id)}\` ${what}`,
  );
  return { fact: `the ${noun} ${id} of ${clusterName} continues on the server`, hint: `${hints.join(', and ')}.` };
}
