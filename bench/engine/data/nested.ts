import { Binary, Decimal128, type Document, Double, Int32, Long, UUID } from 'bson';
import type { Random } from './random.ts';
import { CITIES, FIRST_NAMES, Prose, objectIdMaker } from './words.ts';

const AMENITIES = (
  'TV,Wifi,Kitchen,Heating,Washer,Smoke detector,Essentials,Shampoo,Hangers,Hair dryer,Iron,Hot water,Bed linens,' +
  'Laptop friendly workspace,Free parking on premises,Air conditioning,Pets allowed,Elevator'
).split(',');
const DAY = 86_400_000;

/** Rooms to let, with prose, decimals, binary data and reviews: documents of a few kilobytes that are mostly text. */
export function nestedDocuments(random: Random): () => Document {
  const nextId = objectIdMaker(random);
  const prose = new Prose(random);
  const day = (): Date => new Date(random.integer(17_000, 19_900) * DAY);
  const price = (least: number, most: number, decimals: number): Decimal128 =>
    Decimal128.fromString(random.decimal(least, most, decimals).toFixed(2));
  const some = (values: readonly string[], share: number): string[] => values.filter(() => random.chance(share));

  const review = (): Document => ({
    _id: String(random.integer(1e6, 1e8)),
    date: day(),
    listing_id: String(random.integer(1e4, 1e8)),
    reviewer_id: String(random.integer(1e4, 1e8)),
    reviewer_name: random.pick(FIRST_NAMES),
    rating: new Int32(random.integer(1, 5)),
    comments: prose.text(random.integer(6, 50), 0.03),
  });
  const host = (): Document => ({
    host_id: new UUID(random.bytes(16)),
    host_name: random.pick(FIRST_NAMES),
    host_location: random.pick(CITIES),
    host_about: random.chance(0.5) ? '' : prose.text(random.integer(5, 40)),
    host_is_superhost: random.chance(0.3),
    host_listings_count: new Int32(random.integer(1, 30)),
    host_verifications: some(['email', 'phone', 'reviews', 'jumio', 'government_id'], 0.6),
  });
  const address = (): Document => ({
    street: `${random.pick(CITIES)}, ${prose.word()}`,
    country_code: random.pick(['US', 'BR', 'PT', 'TR', 'HK']),
    location: {
      type: 'Point',
      coordinates: [new Double(random.fraction() * 360 - 180), new Double(random.decimal(-90, 90, 5))],
      is_location_exact: random.chance(0.7),
    },
  });

  return () => ({
    _id: nextId(),
    listing_url: `https://www.example.com/rooms/${random.integer(1e4, 1e8)}`,
    name: prose.text(random.integer(3, 8), 0.08),
    summary: prose.text(random.integer(15, 60)),
    notes: random.chance(0.4) ? null : prose.text(random.integer(3, 25)),
    property_type: random.pick(['House', 'Apartment', 'Condominium', 'Loft', 'Hostel']),
    room_type: random.pick(['Entire home/apt', 'Private room', 'Shared room']),
    minimum_nights: String(random.integer(1, 10)),
    last_scraped: day(),
    first_review: random.chance(0.1) ? null : new Date(1.5e12 + random.integer(0, 2.2e11)),
    accommodates: new Int32(random.integer(1, 16)),
    bedrooms: new Int32(random.integer(0, 6)),
    price: price(20, 2000, 0),
    cleaning_fee: random.chance(0.5) ? null : price(10, 300, 2),
    amenities: some(AMENITIES, 0.35),
    images: {
      thumbnail_url: '',
      picture_url: `https://cdn.example.net/pictures/${random.hex(8)}-${random.hex(12)}.jpg?policy=large`,
      hash: new Binary(random.bytes(32)),
    },
    host: host(),
    address: address(),
    availability: {
      availability_30: new Int32(random.integer(0, 30)),
      availability_60: new Int32(random.integer(0, 60)),
      availability_365: new Int32(random.integer(0, 365)),
    },
    review_scores: {
      review_scores_accuracy: new Int32(random.integer(5, 10)),
      review_scores_cleanliness: new Int32(random.integer(5, 10)),
      review_scores_value: new Int32(random.integer(5, 10)),
      review_scores_rating: new Int32(random.integer(50, 100)),
    },
    views: Long.fromNumber(random.integer(0, 1e9)),
    reviews: Array.from({ length: random.integer(1, 7) }, review),
  });
}
