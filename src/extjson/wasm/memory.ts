// The memory is the host's. From 0 on it holds what the modules asked for by `memory.data`: tables, caches, stacks. All behind
// it is free for the host, which puts its areas there: the BSON, the JSON, the hints, the compressed bytes.

/** Where the free part of the memory begins. */
export function firstFreeByte(): usize {
  return __heap_base;
}

/** Bytes behind the BSON and the JSON that the code may read, and behind the JSON and the hints that it may write over. */
export const SLACK_BYTES: usize = 64;
