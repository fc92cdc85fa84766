import type { Snapshot } from './documents.ts';
import { formatCount, shorten } from './format.ts';
import { MAX_NAMED, printable } from './left-out.ts';

/** An `_id` may have a thousand bytes. */
const ID_CHARACTERS = 60;

/** Lines that say which values of a snapshot an export cannot show as they are stored. */
export function describeBadValues({
  badDocuments = 0,
  badValues = [],
}: Pick<Snapshot, 'badDocuments' | 'badValues'>): readonly string[] {
  if (badDocuments === 0) return [];
  const rest = badValues.length - MAX_NAMED;
  return [
    `Values that an export cannot show as they are stored, in ${formatCount(badDocuments, 'document')}:`,
    ...badValues
      .slice(0, MAX_NAMED)
      .map(
        ({ collection, _id, field, reason }) =>
          `  ${printable(collection)} ${printable(shorten(_id ?? 'without _id', ID_CHARACTERS))} ${printable(field)}: ${reason}`,
      ),
    ...(rest > 0 ? [`  and ${rest} more, which --json names`] : []),
  ];
}
