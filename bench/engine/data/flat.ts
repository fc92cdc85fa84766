import { type Document, Double, Int32, ObjectId } from 'bson';
import type { Random } from './random.ts';
import { CITIES, FIRST_NAMES, LAST_NAMES, objectIdMaker } from './words.ts';

const STATUSES = ['pending', 'shipped', 'delivered', 'cancelled', 'returned'];
const SKU_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'.split('');

/** Orders of a shop: small documents without arrays, every field of another kind. */
export function flatDocuments(random: Random): () => Document {
  const nextId = objectIdMaker(random);
  let orders = 100_000;
  return () => {
    const customer = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
    return {
      _id: nextId(),
      orderNumber: new Int32(orders++),
      customer,
      email: `${customer.toLowerCase().replace(/[^a-z]/g, '.')}.${random.integer(1, 9999)}@example.com`,
      status: random.pick(STATUSES),
      sku: `SKU-${Array.from({ length: 8 }, () => random.pick(SKU_LETTERS)).join('')}`,
      quantity: new Int32(random.integer(1, 40)),
      unitPrice: new Double(random.decimal(1, 500, 2)),
      total: new Double(random.decimal(1, 20_000, 2)),
      createdAt: new Date(1.5e12 + random.integer(0, 2.2e11)),
      city: random.pick(CITIES),
      express: random.chance(0.3),
      gift: random.chance(0.1),
      score: new Double(random.fraction() * 100),
      customerId: new ObjectId(random.bytes(12)),
    };
  };
}
