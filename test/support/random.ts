/** Random numbers that a seed repeats: xoshiro128** by David Blackman and Sebastiano Vigna, https://prng.di.unimi.it/ */
export class Random {
  readonly #state = new Int32Array(4);

  constructor(seed: number) {
    // The state is filled by a multiplicative hash of the seed, and must not be all zeros.
    for (let i = 0; i < 4; i++) this.#state[i] = Math.imul(seed + i + 1, 0x9e3779b1) ^ (i * 0x85ebca6b);
    this.#state[3] = (this.#state[3] ?? 0) | 1;
    for (let i = 0; i < 16; i++) this.uint32();
  }

  uint32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9);
    const c2 = c ^ a;
    const d2 = d ^ b;
    this.#state[0] = a ^ d2;
    this.#state[1] = b ^ c2;
    this.#state[2] = c2 ^ (b << 9);
    this.#state[3] = (d2 << 11) | (d2 >>> 21);
    return result >>> 0;
  }

  /** An integer from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    return Math.floor((this.uint32() / 0x1_0000_0000) * limit);
  }

  pick<Choice>(choices: readonly [Choice, ...Choice[]]): Choice {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}
