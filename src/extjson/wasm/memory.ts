// The host provides the memory. The modules' tables, caches and stacks (`memory.data`) begin at address 0. The host
// puts its areas behind them: the BSON, the JSON, the hints and the compressed bytes.

/** The address where the free part of the memory begins. */
export function firstFreeByte(): usize {
  return __heap_base;
}

/**
 * Bytes behind an area that the code may touch: it reads behind the BSON and the JSON, and writes behind the JSON and
 * the hints.
 */
export const SLACK_BYTES: usize = 64;
