// Canonical Huffman codes with a limit on their length (RFC 1951, section 3.2.2).
//
// The lengths come from A. Moffat and J. Katajainen, "In-place calculation of minimum-redundancy codes" (WADS 1995),
// which works on the sorted frequencies in one array. If a code exceeds the limit, all frequencies are halved, rounded
// up, and the calculation is repeated, as bzip2 does. Halving makes rare symbols more alike, so their codes get
// shorter. The result is close to the optimum, but not always equal to it.
//
// An entry of a code table is a u32: the code with its bits reversed, as DEFLATE sends them, and its length << 16.


/** The used symbols by frequency: frequency << 16 | symbol, as u64. */
const SORTED = memory.data(288 * 8, 16);
/** Moffat and Katajainen's array, as u32: frequencies, then parents, then depths. */
const TREE = memory.data(288 * 4, 16);
/** The number of codes of each length, as u32. */
const LENGTH_COUNT = memory.data(16 * 4, 16);
/** The next code of each length, as u32. */
const NEXT_CODE = memory.data(16 * 4, 16);

@inline
export function codeLength(table: usize, symbol: u32): u32 {
  return <u32>load<u16>(table + symbol * 4, 2);
}

/**
 * Makes the code of an alphabet. Symbols that do not occur get 0. At least two symbols get a code even if fewer occur,
 * because the strictest readers refuse an incomplete code.
 * @param frequencies u32 for each symbol, at most 2^31 together.
 * @param table the address for the entries.
 */
export function buildCode(frequencies: usize, symbols: u32, maxLength: u32, table: usize): void {
  const used = sortUsedSymbols(frequencies, symbols);
  for (let halvings: u64 = 0; ; halvings++) {
    const roundUp = ((<u64>1) << halvings) - 1;
    for (let i: u32 = 0; i < used; i++) {
      setTree(i, <u32>(((load<u64>(SORTED + i * 8) >> 16) + roundUp) >> halvings));
    }
    minimumRedundancy(<i32>used);
    if (treeAt(0) <= maxLength) break;
  }
  memory.fill(table, 0, symbols * 4);
  for (let i: u32 = 0; i < used; i++) store<u16>(table + <usize>load<u16>(SORTED + i * 8) * 4, <u16>treeAt(i), 2);
  assignCodes(table, symbols);
}

function sortUsedSymbols(frequencies: usize, symbols: u32): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const frequency: u64 = load<u32>(frequencies + symbol * 4);
    if (frequency) store<u64>(SORTED + used++ * 8, (frequency << 16) | symbol);
  }
  for (let symbol: u32 = 0; used < 2; symbol++) {
    if (!load<u32>(frequencies + symbol * 4)) store<u64>(SORTED + used++ * 8, (1 << 16) | <u64>symbol);
  }
  // Shellsort, because it sorts only a few hundred entries per block.
  for (let gap = used >> 1; gap > 0; gap >>= 1) {
    for (let i = gap; i < used; i++) {
      const entry = load<u64>(SORTED + i * 8);
      let j = i;
      for (; j >= gap && load<u64>(SORTED + (j - gap) * 8) > entry; j -= gap) {
        store<u64>(SORTED + j * 8, load<u64>(SORTED + (j - gap) * 8));
      }
      store<u64>(SORTED + j * 8, entry);
    }
  }
  return used;
}

@inline
function increment(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

@inline
function setTree(i: i32, value: u32): void {
  store<u32>(TREE + (<usize>i << 2), value);
}

@inline
function treeAt(i: i32): u32 {
  return load<u32>(TREE + (<usize>i << 2));
}

/** Turns the sorted frequencies in TREE into code lengths, the longest first. */
function minimumRedundancy(n: i32): void {
  // Builds the tree from the left. A node takes the place of a frequency that is used up, and stores its parent's index
  // there.
  let leaf = 0;
  let root = 0;
  for (let next = 0; next < n - 1; next++) {
    let weight: u32 = 0;
    for (let child = 0; child < 2; child++) {
      if (leaf >= n || (root < next && treeAt(root) < treeAt(leaf))) {
        weight += treeAt(root);
        setTree(root++, next);
      } else weight += treeAt(leaf++);
    }
    setTree(next, weight);
  }
  // Converts parents to depths of the inner nodes. The root is the last node.
  setTree(n - 2, 0);
  for (let node = n - 3; node >= 0; node--) setTree(node, treeAt(treeAt(node)) + 1);
  // Converts the depths of inner nodes to the depths of leaves. Each place of a level that is no inner node is a leaf.
  let inner = n - 2;
  let out = n - 1;
  let available = 1;
  for (let depth: u32 = 0; available > 0; depth++) {
    let usedHere = 0;
    for (; inner >= 0 && treeAt(inner) == depth; inner--) usedHere++;
    for (; available > usedHere; available--) setTree(out--, depth);
    available = 2 * usedHere;
  }
}

/** Assigns canonical codes to the symbols of a table whose entries hold only lengths. */
export function assignCodes(table: usize, symbols: u32): void {
  memory.fill(LENGTH_COUNT, 0, 64);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) increment(LENGTH_COUNT + codeLength(table, symbol) * 4);
  store<u32>(LENGTH_COUNT, 0); // Symbols without a code.
  let code: u32 = 0;
  for (let length: u32 = 1; length < 16; length++) {
    code = (code + load<u32>(LENGTH_COUNT + (length - 1) * 4)) << 1;
    store<u32>(NEXT_CODE + length * 4, code);
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = codeLength(table, symbol);
    if (!length) continue;
    const next = NEXT_CODE + length * 4;
    store<u16>(table + symbol * 4, <u16>reverse(load<u32>(next), length));
    increment(next);
  }
}

function reverse(code: u32, length: u32): u32 {
  let reversed: u32 = 0;
  for (let i: u32 = 0; i < length; i++) reversed |= ((code >> i) & 1) << (length - 1 - i);
  return reversed;
}
