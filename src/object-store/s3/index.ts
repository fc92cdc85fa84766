import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { Clock } from '../../kernel/clock.ts';
import type { ObjectStore, S3StoreConfig } from '../contract.ts';
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
import { classified, isExpired, isMissingObject, isRefusedCondition, PreparationFailed } from './errors.ts';
import { httpHandler } from './http.ts';
import { putParameters } from './object-settings.ts';

/** The SDK would write to the console what the driver's errors say already. */
const ignore = (): undefined => undefined;
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Opens a bucket of Amazon S3 or of a compatible store. Sends no request. */
export async function openS3Store(
  config: S3StoreConfig,
  surroundings: { readonly clock: Clock; readonly retry?: RetryPolicy },
): Promise<ObjectStore> {
  const { role, endpoint, region } = config;
  const options: S3ClientConfig = {
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: config.addressing === 'path',
    requestHandler: httpHandler,
    // The driver retries, and tries must not multiply.
    maxAttempts: 1,
    // The driver sends a checksum itself. The ones that the SDK adds by itself are refused by some compatible stores.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Some stores and proxies never answer 100, and the SDK would wait for it.
    expectContinueHeader: false,
    logger: SILENT,
    ...(role && { credentials: (await import('./role.ts')).roleCredentials(role, region) }),
  };
  const known = renewing(new S3Client({ ...options, region }));
  const asked = config.asksRegion ? new BucketRegion(known, config.bucket) : undefined;
  const client = asked ? renewing(new S3Client({ ...options, region: () => asked.find() })) : known;
  const store = createServiceStore(new S3Service(client, config, surroundings.clock), surroundings);
  if (asked === undefined) return { ...store, region };
  return {
    ...store,
    get region() {
      return asked.found;
    },
  };
}

/**
 * Lets a client get new credentials when the service says that a session has expired, because the client would use them until its own clock
 * says so. A failure to get them is thrown in place of the answer.
 */
function renewing(client: S3Client): S3Client {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (thrown) {
        if (isExpired(thrown)) await client.config.credentials({ forceRefresh: true });
        throw thrown;
      }
    },
    { step: 'initialize' },
  );
  return client;
}

/** Asks for the region of a bucket, once. A failure is not kept. */
class BucketRegion {
  readonly #client: S3Client;
  readonly #bucket: string;
  /** Undefined before the service has told it. */
  found: string | undefined;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async find(): Promise<string> {
    try {
      return (this.found ??= await askRegion(this.#client, this.#bucket));
    } catch (thrown) {
      throw new PreparationFailed('location', thrown);
    }
  }
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
async function askRegion(client: S3Client, bucket: string): Promise<string> {
  const { LocationConstraint: location } = await client.send(new GetBucketLocationCommand({ Bucket: bucket }));
  if (location === undefined) return 'us-east-1';
  return location === 'EU' ? 'eu-west-1' : location;
}

/** Takes the place of a second checksum where the SHA-256, which is computed of every body, is the one that goes with a put. */
const NO_SECOND_CHECKSUM: RunningChecksum = { update: () => undefined, digest: () => Buffer.alloc(0) };

class S3Service implements ObjectService {
  readonly #client: S3Client;
  readonly #config: S3StoreConfig;
  readonly #clock: Clock;
  readonly #bucket: string;
  readonly #bucketArn: string;

  constructor(client: S3Client, config: S3StoreConfig, clock: Clock) {
    this.#client = client;
    this.#config = config;
    this.#clock = clock;
    this.#bucket = config.bucket;
    this.#bucketArn = bucketArn(config.role?.arn, config.bucket);
  }

  createChecksum(): RunningChecksum {
    return this.#config.checksum === 'sha256' ? NO_SECOND_CHECKSUM : createHash('md5');
  }

  async put(key: string, body: WholeBody, abortSignal: AbortSignal, { ifAbsent }: PutCondition): Promise<void> {
    const { parts, bytes, sha256, checksum } = body;
    const base64 = Buffer.from(sha256, 'hex').toString('base64');
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: bytes === 0 ? '' : Readable.from(parts),
      ContentLength: bytes,
      ...(ifAbsent && { IfNoneMatch: '*' }),
      ...(this.#config.checksum === 'sha256'
        ? { ChecksumSHA256: base64 }
        : { ContentMD5: checksum.toString('base64'), Metadata: { sha256, md5: checksum.toString('hex') } }),
      ...putParameters(this.#config.objects, this.#clock.now()),
    });
    // The signature takes the SHA-256 from this header, and the SDK need not read the body for it.
    command.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { readonly request: { readonly headers: Record<string, string> } };
        request.headers['x-amz-content-sha256'] = sha256;
        return next(args);
      },
      { step: 'build' },
    );
    const sent = this.#client.send(command, { abortSignal });
    const { ChecksumSHA256 = base64 } = await sent.catch((thrown: unknown) => {
      throw ifAbsent && isRefusedCondition(thrown) ? objectExists(key, thrown) : thrown;
    });
    if (ChecksumSHA256 !== base64) throw knownFailure('writing', key, ARRIVED_DAMAGED, undefined);
  }

  async open(key: string, from: ReadingPosition | undefined, abortSignal: AbortSignal): Promise<OpenedObject> {
    const position = from?.bytes ?? 0;
    const range = from && { Range: `bytes=${from.bytes}-`, IfMatch: from.version };
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...range });
    const { ContentLength: length, ETag: version, Body: body } = await this.#client.send(command, { abortSignal });
    if (length === undefined || version === undefined || !(body instanceof Readable)) {
      throw new Error('the answer has no length, no ETag or no body');
    }
    return { bytes: position + length, version, pieces: body };
  }

  async look(key: string, abortSignal: AbortSignal): Promise<ServiceObject | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' });
    try {
      const { ContentLength = 0, ChecksumSHA256, ETag, Metadata } = await this.#client.send(command, { abortSignal });
      return { bytes: ContentLength, sha256: sha256OfContent(ChecksumSHA256) ?? sha256OfPut(ETag, Metadata) };
    } catch (thrown) {
      if (isMissingObject(thrown)) return undefined;
      throw thrown;
    }
  }

  async list(prefix: string, page: string | undefined, abortSignal: AbortSignal): Promise<ListedPage> {
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken: page });
    const { Contents = [], IsTruncated, NextContinuationToken } = await this.#client.send(command, { abortSignal });
    return {
      objects: Contents.flatMap(({ Key, Size = 0 }) => (Key === undefined ? [] : [{ key: Key, bytes: Size }])),
      next: IsTruncated === true ? NextContinuationToken : undefined,
    };
  }

  async delete(key: string, abortSignal: AbortSignal): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }), { abortSignal });
  }

  classified: ObjectService['classified'] = (operation, key, thrown) =>
    classified(operation, key, thrown, this.#bucketArn);
}

/** The ARN of a bucket, in the partition of the role that writes to it. Compatible stores have the partition `aws`. */
function bucketArn(roleArn: string | undefined, bucket: string): string {
  return `arn:${roleArn?.split(':')[1] ?? 'aws'}:s3:::${bucket}`;
}

/** The checksum that the store keeps. That of an object that was put in parts is one of the parts' checksums, and has a suffix. */
function sha256OfContent(checksum: string | undefined): string | undefined {
  const isWhole = checksum !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(checksum);
  return isWhole ? Buffer.from(checksum, 'base64').toString('hex') : undefined;
}

/** The SHA-256 that `put` gave with an MD5. The ETag is the store's own MD5 and ties the metadata to the content. */
function sha256OfPut(etag: string | undefined, metadata: Record<string, string> | undefined): string | undefined {
  return metadata !== undefined && etag === `"${metadata['md5'] ?? ''}"` ? metadata['sha256'] : undefined;
}
