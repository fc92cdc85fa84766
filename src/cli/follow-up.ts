import { options, type Flags, type OptionName } from '../app/config.ts';
import type { Session } from './command.ts';
import { quoted } from './quoted.ts';

/** What a POSIX shell takes as it stands. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** A command that can be pasted: it names the server and the project as the present command did. */
export function followUp({ chosenBy }: Pick<Session, 'chosenBy'>, ...words: readonly string[]): string {
  return ['longshore', ...words, ...wordsOf(chosenBy)]
    .map((word) => (PLAIN.test(word) ? word : quoted(word)))
    .join(' ');
}

function wordsOf(flags: Flags): readonly string[] {
  return (Object.keys(flags) as OptionName[]).flatMap((name) => {
    const { flag } = options[name];
    const value = flags[name];
    return flag === undefined || value === undefined ? [] : [flag, value];
  });
}
