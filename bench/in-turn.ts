/**
 * Contenders in the order of a round: forwards and backwards in turns, so that whatever slows the machine for a while does not always
 * meet the same one.
 */
export function inTurn<T>(contenders: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? contenders : contenders.toReversed();
}
