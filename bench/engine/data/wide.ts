import { type Document, Double, Int32, Long } from 'bson';
import type { Random } from './random.ts';
import { objectIdMaker } from './words.ts';

const SENSORS = 500;

interface Sensor {
  temperature: number;
  humidity: number;
  pressure: number;
  counter: number;
  energy: number;
}

/** Readings of sensors: almost nothing but numbers, which drift from one reading to the next. */
export function wideDocuments(random: Random): () => Document {
  const nextId = objectIdMaker(random);
  const sensors = Array.from({ length: SENSORS }, (): Sensor => {
    const energy = Math.abs(random.gaussian()) * 1e4;
    return {
      temperature: 15 + random.gaussian() * 5,
      humidity: 50,
      pressure: 1013,
      counter: random.integer(1e6, 1e9),
      energy,
    };
  });
  let time = 1.7e12;
  let sequence = 0;

  const drift = (sensor: Sensor): void => {
    sensor.temperature += random.gaussian() * 0.05;
    sensor.humidity += random.gaussian() * 0.2;
    sensor.pressure += random.gaussian() * 0.1;
    sensor.counter += random.integer(0, 5000);
    sensor.energy += random.fraction() * 0.5;
  };

  return () => {
    const id = random.integer(0, SENSORS - 1);
    const sensor = sensors[id];
    if (sensor === undefined) throw new RangeError(`no sensor ${id}`);
    drift(sensor);
    time += random.integer(1, 40);
    return {
      _id: nextId(),
      ts: new Date(time),
      meta: { sensorId: new Int32(id), site: `site-${id % 17}`, fw: `2.${id % 5}.1` },
      temperature: new Double(Math.round(sensor.temperature * 100) / 100),
      humidity: new Double(Math.round(sensor.humidity * 10) / 10),
      pressure: new Double(sensor.pressure),
      battery: new Double(3 + random.fraction()),
      counter: Long.fromNumber(sensor.counter),
      energyWh: new Double(sensor.energy),
      lat: new Double(Math.round((40 + id / 1000) * 1e6) / 1e6),
      lon: new Double(Math.round((-73 - id / 1000) * 1e6) / 1e6),
      rssi: new Int32(-random.integer(30, 120)),
      seq: Long.fromNumber(sequence++),
      flags: new Int32(random.integer(0, 255)),
      ok: random.chance(0.98),
      zero: new Double(0),
      whole: new Double(random.integer(0, 1000)),
      wave: Array.from(
        { length: 12 },
        (_, i) => new Double(Math.sin(i / 3 + sensor.temperature) * (1 + 0.1 * random.gaussian())),
      ),
      bins: Array.from({ length: 8 }, () => new Int32(random.integer(0, 4095))),
    };
  };
}
