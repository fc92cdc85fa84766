/** The time that a rate is measured over. A shorter one jumps, and a longer one is late. */
const WINDOW_MS = 10_000;
/** Before this time a rate says little. */
const SHORTEST_MS = 1000;

interface Sample {
  readonly bytes: number;
  /** In milliseconds. */
  readonly at: number;
}

/** Measures how fast a number of bytes grows. */
export class Rate {
  readonly #samples: Sample[] = [];

  /** @param at in milliseconds. */
  add(bytes: number, at: number): void {
    const samples = this.#samples;
    const last = sampleAt(samples, -1);
    // A new attempt may begin anew.
    if (last !== undefined && bytes < last.bytes) samples.length = 0;
    // What is the same as before tells nothing while the server has not looked again.
    if (last?.bytes !== bytes) samples.push({ bytes, at });
    while (samples.length > 2 && at - (samples[1]?.at ?? at) > WINDOW_MS) samples.shift();
  }

  /** Undefined until it is known. */
  get bytesPerSecond(): number | undefined {
    const first = sampleAt(this.#samples, 0);
    const last = sampleAt(this.#samples, -1);
    if (first === undefined || last === undefined || last.at - first.at < SHORTEST_MS) return undefined;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }

  /** The time until the bytes are as many as the total, in milliseconds; undefined if it is unknown. */
  msUntil(totalBytes: number | undefined): number | undefined {
    const rate = this.bytesPerSecond;
    const last = sampleAt(this.#samples, -1);
    if (totalBytes === undefined || rate === undefined || rate === 0 || last === undefined) return undefined;
    return totalBytes <= last.bytes ? undefined : ((totalBytes - last.bytes) / rate) * 1000;
  }
}

function sampleAt(samples: readonly Sample[], place: number): Sample | undefined {
  return samples.at(place);
}
