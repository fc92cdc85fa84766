import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CompiledModules, compileAssemblyScript } from '../../../test/support/assemblyscript.ts';

const WASM = new URL('../wasm/', import.meta.url).pathname;
const modules = await compileAssemblyScript(WASM, ['deflate/huffman.ts'], 8192);

interface Code {
  readonly bits: number;
  readonly length: number;
}

function buildCode(compiled: CompiledModules, frequencies: readonly number[], maxLength: number): Code[] {
  const table = compiled.free + 4096;
  new Uint32Array(compiled.memory.buffer, compiled.free, frequencies.length).set(frequencies);
  compiled.call('buildCode', compiled.free, frequencies.length, maxLength, table);
  const entries = new Uint32Array(compiled.memory.buffer, table, frequencies.length);
  return Array.from(entries, (entry) => ({ bits: entry & 0xffff, length: entry >>> 16 }));
}

function sizeOf(frequencies: readonly number[], lengths: readonly number[]): number {
  return frequencies.reduce((bits, frequency, symbol) => bits + frequency * (lengths[symbol] ?? 0), 0);
}

/**
 * The smallest size of any code with the limit, by Larmore and Hirschberg's package-merge. The code under test uses
 * another algorithm.
 */
function smallestSize(frequencies: readonly number[], maxLength: number): number {
  const coins = frequencies.filter((frequency) => frequency > 0).sort((a, b) => a - b);
  let packages: number[] = [];
  for (let level = 0; level < maxLength; level++) {
    const merged = [...coins, ...packages].sort((a, b) => a - b);
    packages = [];
    for (let i = 0; i + 1 < merged.length; i += 2) packages.push((merged[i] ?? 0) + (merged[i + 1] ?? 0));
  }
  return packages.slice(0, coins.length - 1).reduce((sum, weight) => sum + weight, 0);
}

const frequencies = fc.array(fc.oneof(fc.constant(0), fc.nat(20), fc.nat(1_000_000)), { minLength: 2, maxLength: 286 });

test('a code is complete, keeps to its limit and gives every symbol that occurs a place', () => {
  fc.assert(
    fc.property(frequencies, fc.integer({ min: 9, max: 15 }), (counts, maxLength) => {
      const code = buildCode(modules, counts, maxLength);
      const kraftSum = code.reduce((sum, { length }) => sum + (length > 0 ? 2 ** -length : 0), 0);
      assert.equal(kraftSum, 1);
      for (const [symbol, { length }] of code.entries()) {
        assert.ok(length <= maxLength);
        if ((counts[symbol] ?? 0) > 0) assert.ok(length > 0);
      }
    }),
  );
});

test('codes are canonical: by length, then by symbol, counting up', () => {
  fc.assert(
    fc.property(frequencies, (counts) => {
      const code = buildCode(modules, counts, 15);
      let next = 0;
      for (let length = 1; length <= 15; length++) {
        next *= 2;
        for (const entry of code) {
          if (entry.length !== length) continue;
          const sent = entry.bits.toString(2).padStart(length, '0');
          assert.equal(Number.parseInt(sent.split('').reverse().join(''), 2), next);
          next++;
        }
      }
    }),
  );
});

test('where the limit does not bind, no code is smaller', () => {
  const small = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 15 });
  fc.assert(
    fc.property(small, (counts) => {
      const lengths = buildCode(modules, counts, 15).map(({ length }) => length);
      assert.equal(sizeOf(counts, lengths), smallestSize(counts, 15));
    }),
  );
});

test('where the limit binds, the code stays near the smallest', () => {
  const skewed = fc.array(
    fc.integer({ min: 0, max: 20 }).map((magnitude) => 2 ** magnitude),
    { minLength: 9, maxLength: 19 },
  );
  fc.assert(
    fc.property(skewed, (counts) => {
      const lengths = buildCode(modules, counts, 7).map(({ length }) => length);
      const smallest = smallestSize(counts, 7);
      const size = sizeOf(counts, lengths);
      assert.ok(size >= smallest && size <= smallest * 1.15, `${size} bits, ${smallest} at best`);
    }),
    { numRuns: 1000 },
  );
});

test('a single symbol gets a code of one bit, and a second one makes the code complete', () => {
  const lengths = buildCode(modules, [0, 0, 7, 0], 15).map(({ length }) => length);
  assert.equal(lengths[2], 1);
  assert.deepEqual(
    lengths.filter((length) => length > 0),
    [1, 1],
  );
});
