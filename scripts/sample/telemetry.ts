import { Double, Int32, ObjectId } from 'bson';
import { toBson, type SampleCollection } from './dump.ts';
import { createSeededRandom, objectIdHex } from './random.ts';

const SEED = 0x7e1e_3e7a;
const START_MS = Date.UTC(2025, 5, 1);
const HOURS = 24;
const MINUTES = 60;
const sensors = ['harbour-north', 'harbour-south', 'lighthouse'] as const;

const column = <Item>(items: readonly Item[]): Record<string, Item> =>
  Object.fromEntries(items.map((item, index) => [String(index), item]));

/**
 * One hour of one sensor, as MongoDB keeps a time-series collection underneath (bucket format version 1, uncompressed):
 * https://github.com/mongodb/mongo/blob/master/src/mongo/db/timeseries/README.md
 */
function bucket(sensor: string, hour: number, serial: number, celsiusAt: (minute: number) => number): Uint8Array {
  const startMs = START_MS + hour * 3_600_000;
  const minutes = Array.from({ length: MINUTES }, (_, minute) => ({
    at: new Date(startMs + minute * 60_000),
    celsius: new Double(celsiusAt(minute)),
    id: new ObjectId(objectIdHex(startMs, serial * MINUTES + minute)),
  }));
  const values = minutes.map((minute) => minute.celsius.value);
  const first = minutes[0];
  const last = minutes.at(-1);
  return toBson({
    _id: new ObjectId(objectIdHex(startMs, serial)),
    control: {
      version: new Int32(1),
      min: { _id: first?.id, at: new Date(startMs), celsius: new Double(Math.min(...values)) },
      max: { _id: last?.id, at: last?.at, celsius: new Double(Math.max(...values)) },
    },
    meta: { sensor },
    data: {
      _id: column(minutes.map((minute) => minute.id)),
      at: column(minutes.map((minute) => minute.at)),
      celsius: column(minutes.map((minute) => minute.celsius)),
    },
  });
}

export function telemetryCollections(): SampleCollection[] {
  const random = createSeededRandom(SEED);
  const documents: Uint8Array[] = [];
  for (let hour = 0; hour < HOURS; hour += 1) {
    for (const sensor of sensors) {
      const base = 8 + random.integer(120) / 10;
      documents.push(bucket(sensor, hour, documents.length, () => Math.round((base + random.integer(20) / 10) * 10) / 10));
    }
  }
  return [
    {
      database: 'telemetry',
      name: 'temperatures',
      type: 'timeseries',
      options: {
        timeseries: {
          timeField: 'at',
          metaField: 'meta',
          granularity: 'minutes',
          bucketMaxSpanSeconds: new Int32(86_400),
        },
        expireAfterSeconds: new Int32(31_536_000),
      },
      indexes: [{ v: 2, key: { meta: 1, at: 1 }, name: 'meta_1_at_1' }],
      documents,
    },
  ];
}
