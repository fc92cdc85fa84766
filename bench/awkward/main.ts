// Compares the engine with zlib on documents that the engine is not made for: npm run bench:awkward
import { parseArgs } from 'node:util';
import { createWasmBlockEncoder } from '../../src/extjson/encoder-wasm.ts';
import { createZlibBlockEncoder } from '../../src/extjson/gzip/zlib-encoder.ts';
import { createWasmTranscoder } from '../../src/extjson/transcoder-wasm.ts';
import { AWKWARD_KINDS, awkwardBlock } from '../../test/support/awkward-documents.ts';
import { medianRatio, rounded } from '../engine/median.ts';
import { inTurn } from '../in-turn.ts';
import { positive } from '../options.ts';

const BLOCK_BYTES = 4 << 20;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** One kind of documents; ratios are ours divided by zlib's. */
interface AwkwardSummary {
  readonly name: string;
  /** Median of the rounds' ratios, on one core: from BSON to DEFLATE, both with the same transcoder. */
  readonly time_over_zlib5: number;
  readonly size_over_zlib5: number;
}

const ours = createWasmBlockEncoder('canonical');
const zlib = createZlibBlockEncoder(createWasmTranscoder('canonical'));

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function measure(kind: string, rounds: number): AwkwardSummary {
  const bson = awkwardBlock(kind, BLOCK_BYTES);
  // The first calls also warm up.
  const size = ours.encode(bson).deflate.byteLength / zlib.encode(bson).deflate.byteLength;
  const oursMs: number[] = [];
  const zlibMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const contenders = [
      () => oursMs.push(milliseconds(() => ours.encode(bson))),
      () => zlibMs.push(milliseconds(() => zlib.encode(bson))),
    ];
    for (const contender of inTurn(contenders, round)) contender();
  }
  return { name: kind, time_over_zlib5: rounded(medianRatio(oursMs, zlibMs)), size_over_zlib5: rounded(size) };
}

if (values.help) {
  console.log(`npm run bench:awkward -- [options]

Measures the engine beside zlib at level 5 on documents that hints help little with, in alternating rounds on one core.

  --rounds N    rounds for each kind (5)
  --json        end with one line of JSON`);
} else {
  const rounds = positive('rounds', values.rounds);
  console.log(`${'ours ÷ zlib level 5'.padEnd(28)}${'time'.padStart(7)}${'size'.padStart(7)}`);
  const kinds = AWKWARD_KINDS.map((kind) => {
    const summary = measure(kind, rounds);
    const { time_over_zlib5: time, size_over_zlib5: size } = summary;
    console.log(`${kind.padEnd(28)}${time.toFixed(2).padStart(7)}${size.toFixed(3).padStart(7)}`);
    return summary;
  });
  if (values.json) console.log(JSON.stringify({ kinds }));
}
