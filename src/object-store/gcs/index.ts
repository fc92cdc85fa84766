import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { jsonTextReader } from '../../kernel/json-reader.ts';
import type { GcsStoreConfig, ObjectStore } from '../contract.ts';
import { knownFailure, objectExists } from '../errors.ts';
import type { RetryPolicy } from '../../kernel/retry.ts';
import type {
  ListedPage,
  ObjectService,
  OpenedObject,
  PutCondition,
  ReadingPosition,
  RunningChecksum,
  ServiceObject,
  WholeBody,
} from '../service/contract.ts';
import { ARRIVED_DAMAGED } from '../service/failures.ts';
import { createServiceStore } from '../service/index.ts';
import { GcsApi } from './api.ts';
import { classified, isMissingObjectOfBucket, isRefusedCondition, missingBucket } from './errors.ts';

/** The largest page of the service. */
const LIST_PAGE_OBJECTS = 1000;

/** A 64-bit number, which JSON of Google writes as a text. */
const Int64 = Type.String({ pattern: '^[0-9]{1,15}$' });

/** The attributes of an object. Source: https://cloud.google.com/storage/docs/json_api/v1/objects */
const readObject = jsonTextReader(
  Type.Object({
    size: Int64,
    /** Base64. Composed objects have none. */
    md5Hash: Type.Optional(Type.String()),
    metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
);

const readPage = jsonTextReader(
  Type.Object({
    items: Type.Optional(Type.Array(Type.Object({ name: Type.String(), size: Int64 }))),
    nextPageToken: Type.Optional(Type.String()),
  }),
);

/** Opens a bucket of Google Cloud Storage. Sends no request. */
export function openGcsStore(config: GcsStoreConfig, surroundings: { readonly retry?: RetryPolicy }): ObjectStore {
  return createServiceStore(new GcsService(config), surroundings);
}

class GcsService implements ObjectService {
  readonly #api: GcsApi;
  readonly #objects: string;

  constructor(config: GcsStoreConfig) {
    this.#api = new GcsApi(config);
    this.#objects = `/storage/v1/b/${encodeURIComponent(config.bucket)}/o`;
  }

  createChecksum(): RunningChecksum {
    return createHash('md5');
  }

  async put(key: string, body: WholeBody, signal: AbortSignal, { ifAbsent }: PutCondition): Promise<void> {
    const md5Hash = body.checksum.toString('base64');
    const boundary = randomUUID();
    const attributes = JSON.stringify({ name: key, md5Hash, metadata: { sha256: body.sha256, md5: md5Hash } });
    const head = Buffer.from(
      `--${boundary}\r\ncontent-type: application/json\r\n\r\n${attributes}\r\n` +
        `--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`,
    );
    const tail = Buffer.from(`\r\n--${boundary}--`);
    const request = this.#api.requestText({
      method: 'POST',
      path: `/upload${this.#objects}?uploadType=multipart&fields=size,md5Hash${ifAbsent ? '&ifGenerationMatch=0' : ''}`,
      headers: {
        'content-type': `multipart/related; boundary=${boundary}`,
        'content-length': String(head.byteLength + body.bytes + tail.byteLength),
      },
      body: Readable.from([head, ...body.parts, tail]),
      signal,
    });
    const answer = request.catch((thrown: unknown) => {
      throw ifAbsent && isRefusedCondition(thrown) ? objectExists(key, thrown) : thrown;
    });
    const written = readObject(await answer.catch(missingBucket('writing', key)));
    if (Number(written.size) !== body.bytes || written.md5Hash !== md5Hash) {
      throw knownFailure('writing', key, ARRIVED_DAMAGED, undefined);
    }
  }

  async open(key: string, from: ReadingPosition | undefined, signal: AbortSignal): Promise<OpenedObject> {
    const position = from?.bytes ?? 0;
    const sameVersion = from === undefined ? '' : `&ifGenerationMatch=${from.version}`;
    const { headers, body } = await this.#api.request({
      path: `${this.#pathOf(key)}?alt=media${sameVersion}`,
      ...(position === 0 ? {} : { headers: { range: `bytes=${position}-` } }),
      signal,
    });
    const length = headers.get('content-length');
    const version = headers.get('x-goog-generation');
    if (length === null || version === null) throw new Error('the answer has no length or no generation');
    return { bytes: position + Number(length), version, pieces: body };
  }

  async look(key: string, signal: AbortSignal): Promise<ServiceObject | undefined> {
    try {
      const path = `${this.#pathOf(key)}?fields=size,md5Hash,metadata`;
      const { size, md5Hash, metadata } = readObject(await this.#api.requestText({ path, signal }));
      // The metadata are from `put`. The MD5 is the service's own and ties them to the content.
      const isOfContent = md5Hash !== undefined && metadata?.['md5'] === md5Hash;
      return { bytes: Number(size), sha256: isOfContent ? metadata['sha256'] : undefined };
    } catch (thrown) {
      if (isMissingObjectOfBucket(thrown)) return undefined;
      throw thrown;
    }
  }

  async list(prefix: string, page: string | undefined, signal: AbortSignal): Promise<ListedPage> {
    const query = new URLSearchParams({
      prefix,
      maxResults: String(LIST_PAGE_OBJECTS),
      fields: 'items(name,size),nextPageToken',
      ...(page === undefined ? {} : { pageToken: page }),
    });
    const path = `${this.#objects}?${query.toString()}`;
    const request = this.#api.requestText({ path, signal });
    const { items = [], nextPageToken } = readPage(await request.catch(missingBucket('listing', prefix)));
    return { objects: items.map(({ name, size }) => ({ key: name, bytes: Number(size) })), next: nextPageToken };
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#api.requestText({ method: 'DELETE', path: this.#pathOf(key), signal });
  }

  classified = classified;

  #pathOf(key: string): string {
    return `${this.#objects}/${encodeURIComponent(key)}`;
  }
}
