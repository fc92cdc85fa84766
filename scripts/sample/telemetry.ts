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
  const idOf = (minute: number): ObjectId => new ObjectId(objectIdHex(startMs, serial * MINUTES + minute));
  const atOf = (minute: number): Date => new Date(startMs + minute * 60_000);
  const minutes = Array.from({ length: MINUTES }, (_, minute) => minute);
  const celsius = minutes.map(celsiusAt);
  const last = MINUTES - 1;
  return toBson({
    _id: new ObjectId(objectIdHex(startMs, serial)),
    control: {
      version: new Int32(1),
      min: { _id: idOf(0), at: atOf(0), celsius: new Double(Math.min(...celsius)) },
      max: { _id: idOf(last), at: atOf(last), celsius: new Double(Math.max(...celsius)) },
    },
    meta: { sensor },
    data: {
      _id: column(minutes.map(idOf)),
      at: column(minutes.map(atOf)),
      celsius: column(celsius.map((degrees) => new Double(degrees))),
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
