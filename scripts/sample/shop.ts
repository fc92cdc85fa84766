import { Code, Decimal128, Double, Int32, Long, ObjectId } from 'bson';
import { idIndex, toBson, type SampleCollection } from './dump.ts';
import { createSeededRandom, objectIdHex } from './random.ts';
import { countryCodes } from './world.ts';

const SEED = 0x10a6_5a0e;
const ORDERS = 4200;
const PRODUCTS = 120;
const EVENTS = 1500;
const OPENED_MS = Date.UTC(2025, 0, 1);
const YEAR_MS = 365 * 24 * 3600 * 1000;

const materials = ['oak', 'linen', 'brass', 'wool', 'slate', 'glass', 'cork', 'steel', 'walnut', 'clay'] as const;
const things = ['lamp', 'chair', 'kettle', 'shelf', 'bowl', 'clock', 'blanket', 'mug', 'desk', 'mirror'] as const;
const statuses = ['placed', 'paid', 'packed', 'shipped', 'delivered', 'returned'] as const;
const carriers = ['sea', 'rail', 'road', 'air'] as const;
const notes = [
  'Leave with the neighbour.',
  'Ring twice, the bell is quiet.',
  'Geschenk, bitte ohne Rechnung.',
  'Fragile: « à manipuler avec soin ».',
  '日曜日は不在です。',
  'Отдать консьержу 📦',
] as const;
const kinds = ['view', 'search', 'basket', 'checkout'] as const;

const cents = (amount: number): Decimal128 =>
  Decimal128.fromString(`${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`);

interface Product {
  readonly sku: string;
  readonly name: string;
  readonly priceCents: number;
}

function makeProducts(): Product[] {
  const random = createSeededRandom(SEED);
  return Array.from({ length: PRODUCTS }, (_, serial) => ({
    sku: `SKU-${String(serial).padStart(4, '0')}`,
    name: `${random.pick(materials)} ${random.pick(things)}`,
    priceCents: 500 + random.integer(60_000),
  }));
}

function orderDocuments(products: readonly Product[]): Uint8Array[] {
  const random = createSeededRandom(SEED + 1);
  return Array.from({ length: ORDERS }, (_, serial) => {
    const placedMs = OPENED_MS + Math.floor((serial * YEAR_MS) / ORDERS) + random.integer(3_600_000);
    const items = Array.from({ length: 1 + random.integer(5) }, () => {
      const product = random.pick(products);
      return {
        sku: product.sku,
        name: product.name,
        quantity: new Int32(1 + random.integer(4)),
        price: cents(product.priceCents),
        priceCents: product.priceCents,
      };
    });
    const total = items.reduce((sum, item) => sum + item.priceCents * item.quantity.value, 0);
    const customer = random.integer(900);
    return toBson({
      _id: new ObjectId(objectIdHex(placedMs, serial)),
      number: Long.fromNumber(20_250_000_000 + serial),
      status: random.pick(statuses),
      placedAt: new Date(placedMs),
      customer: {
        id: new Int32(customer),
        email: `customer${String(customer).padStart(4, '0')}@example.com`,
        country: random.pick(countryCodes),
        loyal: random.integer(3) === 0,
      },
      items: items.map(({ sku, name, quantity, price }) => ({ sku, name, quantity, price })),
      total: cents(total),
      shipping: {
        carrier: random.pick(carriers),
        weightKg: new Double((100 + random.integer(20_000)) / 1000),
        note: random.integer(4) === 0 ? random.pick(notes) : null,
      },
      tags: Array.from({ length: random.integer(3) }, () => random.pick(materials)),
    });
  });
}

function eventDocuments(products: readonly Product[]): Uint8Array[] {
  const random = createSeededRandom(SEED + 2);
  return Array.from({ length: EVENTS }, (_, serial) => {
    const at = OPENED_MS + YEAR_MS + serial * 700 + random.integer(700);
    return toBson({
      _id: new ObjectId(objectIdHex(at, serial)),
      at: new Date(at),
      kind: random.pick(kinds),
      sku: random.pick(products).sku,
      session: objectIdHex(at, random.integer(200)).slice(-6),
    });
  });
}

/** A small shop: synthetic, from a seed. No person or firm in it exists. */
export function shopCollections(): SampleCollection[] {
  const products = makeProducts();
  return [
    {
      database: 'shop',
      name: 'orders',
      options: { validator: { $jsonSchema: { required: ['number', 'items', 'total'] } }, validationAction: 'warn' },
      indexes: [
        idIndex,
        { v: 2, unique: true, key: { number: 1 }, name: 'number_1' },
        { v: 2, key: { 'customer.id': 1, placedAt: -1 }, name: 'customer.id_1_placedAt_-1' },
        { v: 2, key: { 'customer.country': 'hashed' }, name: 'customer.country_hashed' },
        {
          v: 2,
          key: { placedAt: 1 },
          name: 'open_orders',
          partialFilterExpression: { status: { $in: ['placed', 'paid'] } },
        },
        { v: 2, key: { 'shipping.note': 1 }, name: 'shipping.note_1', sparse: true },
      ],
      documents: orderDocuments(products),
    },
    {
      database: 'shop',
      name: 'products',
      indexes: [idIndex, { v: 2, unique: true, key: { sku: 1 }, name: 'sku_1' }],
      documents: products.map((product, serial) =>
        toBson({
          _id: new Int32(serial),
          sku: product.sku,
          name: product.name,
          price: cents(product.priceCents),
        }),
      ),
      gzip: true,
    },
    {
      database: 'shop',
      name: 'events',
      options: { capped: true, size: 1_048_576, max: EVENTS },
      indexes: [idIndex],
      documents: eventDocuments(products),
      gzip: true,
    },
    {
      database: 'shop',
      name: 'sessions',
      indexes: [idIndex, { v: 2, key: { lastSeen: 1 }, name: 'lastSeen_1', expireAfterSeconds: 3600 }],
      documents: [],
    },
    {
      database: 'shop',
      name: 'system.js',
      indexes: [idIndex],
      documents: [
        toBson({ _id: 'withTax', value: new Code('function (amount, rate) { return amount * (1 + rate); }') }),
      ],
    },
    {
      database: 'shop',
      name: 'orders_by_country',
      type: 'view',
      options: {
        viewOn: 'orders',
        pipeline: [{ $group: { _id: '$customer.country', orders: { $sum: 1 }, total: { $sum: '$total' } } }],
      },
    },
  ];
}
