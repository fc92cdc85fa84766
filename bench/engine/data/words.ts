import { ObjectId } from 'bson';
import type { Random } from './random.ts';

const SYLLABLES =
  'ba re to mi lan ver con sta ti on al er in es pro de li ra ne ca mo su per ex ta ble gra or um zen'.split(' ');
const FREQUENT = (
  'the of and to in is that for it as was with be by on not at are this have from or had an they which one you were all ' +
  'there would their we him been has when who will no more if out so up said what its about than into them can only other'
).split(' ');
const FOREIGN = [
  'café',
  'naïve',
  'Zürich',
  'São Paulo',
  '東京都',
  '北京市',
  'Москва',
  'Ελλάδα',
  'señor',
  '🎉',
  '“so”',
  '½',
];

export const FIRST_NAMES =
  'James Mary Robert Linda José María Søren Zoë Wei Anna Ivan Olga Chloé Amara Kofi Yuki'.split(' ');
export const LAST_NAMES =
  'Smith Johnson Garcia Müller Nguyễn Sánchez Okafor Tanaka Rossi Novák Silva Khan Dubois Berg'.split(' ');
export const CITIES =
  'New York,London,Paris,Berlin,Madrid,Dublin,Sydney,Porto,Montreal,Istanbul,Hong Kong,Barcelona,Rio de Janeiro,Nairobi'.split(
    ',',
  );

/** Makes prose whose words have frequencies like those of a language. */
export class Prose {
  readonly #random: Random;
  readonly #vocabulary: readonly string[];

  constructor(random: Random) {
    this.#random = random;
    this.#vocabulary = Array.from({ length: 6000 }, () =>
      Array.from({ length: random.integer(1, 4) }, () => random.pick(SYLLABLES)).join(''),
    );
  }

  word(): string {
    const random = this.#random;
    if (random.chance(0.5)) return random.pick(FREQUENT);
    const rank = Math.floor(this.#vocabulary.length * random.fraction() ** 2.5);
    return this.#vocabulary[rank] ?? '';
  }

  /** @param foreign how often a word is not plain ASCII. */
  text(words: number, foreign = 0.02): string {
    const random = this.#random;
    const parts: string[] = [];
    for (let i = 0; i < words; i++) {
      let word = random.chance(foreign) ? random.pick(FOREIGN) : this.word();
      if (i === 0 || random.chance(0.06)) word = word.slice(0, 1).toUpperCase() + word.slice(1);
      if (random.chance(0.14)) word += random.pick([',', '.']);
      parts.push(word);
    }
    const text = parts.join(' ');
    return random.chance(0.05) ? `"${text}"` : text;
  }
}

/** ObjectIds as a few busy clients make them: the seconds move slowly, the counter always. */
export function objectIdMaker(random: Random): () => ObjectId {
  const processes = [random.hex(10), random.hex(10), random.hex(10)];
  let seconds = 0x65000000;
  let counter = random.integer(0, 0xffffff);
  return () => {
    if (random.chance(0.02)) seconds++;
    counter = (counter + 1) & 0xffffff;
    const hex = seconds.toString(16) + random.pick(processes) + counter.toString(16).padStart(6, '0');
    return ObjectId.createFromHexString(hex);
  };
}
