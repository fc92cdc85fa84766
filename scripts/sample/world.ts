import { createRequire } from 'node:module';
import { Binary, Double, Int32 } from 'bson';
import type { Countries } from 'world-countries';
import { idIndex, toBson, type SampleCollection } from './dump.ts';

// The package's own types describe a default export that its CommonJS entry does not have.
const countries = createRequire(import.meta.url)('world-countries') as Countries;

/** Country codes, for the other databases to point at. */
export const countryCodes: readonly string[] = countries.map((country) => country.cca2);

/** The countries of the npm package world-countries (ODbL 1.0), as documents with GeoJSON points. */
function countryDocuments(): Uint8Array[] {
  return countries.map(({ latlng: [latitude, longitude], area, flag, ...country }) =>
    toBson({
      _id: country.cca3,
      ...country,
      location: { type: 'Point', coordinates: [new Double(longitude), new Double(latitude)] },
      area: new Double(area),
      flag: { emoji: flag, utf8: new Binary(Buffer.from(flag)) },
      borderCount: new Int32(country.borders.length),
    }),
  );
}

function currencyDocuments(): Uint8Array[] {
  const byCode = new Map<string, { name: string; symbol: string; countries: string[] }>();
  for (const country of countries) {
    for (const [code, currency] of Object.entries(country.currencies)) {
      const known = byCode.get(code) ?? { ...currency, countries: [] };
      known.countries.push(country.cca3);
      byCode.set(code, known);
    }
  }
  return [...byCode]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, currency]) => toBson({ _id: code, ...currency }));
}

export function worldCollections(): SampleCollection[] {
  return [
    {
      database: 'world',
      name: 'countries',
      indexes: [
        idIndex,
        { v: 2, unique: true, key: { cca2: 1 }, name: 'cca2_1' },
        { v: 2, key: { region: 1, subregion: 1, 'name.common': 1 }, name: 'region_1_subregion_1_name.common_1' },
        { v: 2, key: { location: '2dsphere' }, name: 'location_2dsphere', '2dsphereIndexVersion': 3 },
        {
          v: 2,
          key: { _fts: 'text', _ftsx: 1 },
          name: 'names_text',
          weights: { 'name.common': 10, 'name.official': 1 },
          default_language: 'english',
          language_override: 'language',
          textIndexVersion: 3,
        },
        { v: 2, key: { 'languages.$**': 1 }, name: 'languages.$**_1' },
      ],
      documents: countryDocuments(),
    },
    {
      database: 'world',
      name: 'currencies',
      options: { collation: { locale: 'en', strength: 2 } },
      indexes: [
        { ...idIndex, collation: { locale: 'en', strength: 2 } },
        { v: 2, key: { countries: 1 }, name: 'countries_1', hidden: true },
      ],
      documents: currencyDocuments(),
      gzip: true,
    },
    {
      database: 'world',
      name: 'european_countries',
      type: 'view',
      options: { viewOn: 'countries', pipeline: [{ $match: { region: 'Europe' } }, { $project: { translations: 0 } }] },
    },
  ];
}
