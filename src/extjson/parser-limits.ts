/** The largest BSON document that is made of a line. MongoDB stores at most 16 MiB. */
export const MAX_PARSED_DOCUMENT_BYTES = 64 << 20;

/**
 * The longest line that is read. The Extended JSON of 16 MiB of BSON has at most 224 MiB, if it has no space between
 * tokens.
 */
export const MAX_LINE_BYTES = 256 << 20;
