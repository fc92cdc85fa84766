import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  ContainerClient,
  newPipeline,
  StorageSharedKeyCredential,
  type BlockBlobClient,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import type { AzureStoreConfig, ObjectStore } from '../contract.ts';
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
import { classified, isExistingBlob, isMissingBlob, NOT_PUBLIC } from './errors.ts';
import { assertPublicHost, publicAddressLookup } from './public-address.ts';

/** The largest page of the service. */
const LIST_PAGE_OBJECTS = 5000;

/** The SDK passes these options to its HTTP client. They are missing in the type of its storage package. */
interface HttpOptions {
  readonly redirectOptions: { readonly maxRetries: number };
  readonly tlsOptions?: { readonly lookup: typeof publicAddressLookup };
}

/** One object, because the SDK keeps one pool of connections for each. */
const PUBLIC_ADDRESSES = { lookup: publicAddressLookup };

/** Opens a container of Azure Blob Storage. Sends no request. */
export async function openAzureStore(
  config: AzureStoreConfig,
  surroundings: { readonly retry?: RetryPolicy },
): Promise<ObjectStore> {
  const options: StoragePipelineOptions & HttpOptions = {
    // The driver retries, and tries must not multiply.
    retryOptions: { maxTries: 1 },
    redirectOptions: { maxRetries: 0 },
    ...(config.privateAddresses ? {} : { tlsOptions: PUBLIC_ADDRESSES }),
  };
  if (!config.privateAddresses) checkHost(config);
  const pipeline = newPipeline(await credentialOf(config), options);
  const container = new ContainerClient(`${config.serviceUrl}/${config.container}`, pipeline);
  return createServiceStore(new AzureService(container), surroundings);
}

function checkHost({ serviceUrl, container }: AzureStoreConfig): void {
  try {
    assertPublicHost(new URL(serviceUrl).hostname);
  } catch (thrown) {
    throw knownFailure('opening', container, NOT_PUBLIC, thrown);
  }
}

async function credentialOf({ accountKey, tenantId }: AzureStoreConfig) {
  if (accountKey !== undefined) return new StorageSharedKeyCredential(accountKey.account, accountKey.key);
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential(tenantId === undefined ? {} : { tenantId });
}

class AzureService implements ObjectService {
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  createChecksum(): RunningChecksum {
    return createHash('md5');
  }

  async put(key: string, body: WholeBody, abortSignal: AbortSignal, { ifAbsent }: PutCondition): Promise<void> {
    const { parts, bytes, sha256, checksum } = body;
    const sent = this.#blob(key).upload(() => Readable.from(parts), bytes, {
      abortSignal,
      transactionalContentMD5: checksum,
      metadata: { sha256, md5: checksum.toString('hex') },
      ...(ifAbsent && { conditions: { ifNoneMatch: '*' } }),
    });
    const { contentMD5 } = await sent.catch((thrown: unknown) => {
      throw ifAbsent && isExistingBlob(thrown) ? objectExists(key, thrown) : thrown;
    });
    if (contentMD5 !== undefined && !checksum.equals(contentMD5)) {
      throw knownFailure('writing', key, ARRIVED_DAMAGED, undefined);
    }
  }

  async open(key: string, from: ReadingPosition | undefined, abortSignal: AbortSignal): Promise<OpenedObject> {
    const position = from?.bytes ?? 0;
    const answer = await this.#blob(key).download(position, undefined, {
      abortSignal,
      maxRetryRequests: 0,
      ...(from === undefined ? {} : { conditions: { ifMatch: from.version } }),
    });
    const { contentLength, etag, readableStreamBody } = answer;
    if (contentLength === undefined || etag === undefined || readableStreamBody === undefined) {
      throw new Error('the answer has no length, no ETag or no body');
    }
    return { bytes: position + contentLength, version: etag, pieces: Readable.from(readableStreamBody) };
  }

  async look(key: string, abortSignal: AbortSignal): Promise<ServiceObject | undefined> {
    try {
      const { contentLength = 0, contentMD5, metadata } = await this.#blob(key).getProperties({ abortSignal });
      if (isFolder(metadata)) return undefined;
      // The metadata are from `put`. The MD5 is the service's own and ties them to the content.
      const isOfContent = contentMD5 !== undefined && metadata?.['md5'] === Buffer.from(contentMD5).toString('hex');
      return { bytes: contentLength, sha256: isOfContent ? metadata['sha256'] : undefined };
    } catch (thrown) {
      if (isMissingBlob(thrown)) return undefined;
      throw thrown;
    }
  }

  async list(prefix: string, page: string | undefined, abortSignal: AbortSignal): Promise<ListedPage> {
    const pages = this.#container
      .listBlobsFlat({ abortSignal, includeMetadata: true, ...(prefix === '' ? {} : { prefix }) })
      .byPage({ maxPageSize: LIST_PAGE_OBJECTS, ...(page === undefined ? {} : { continuationToken: page }) });
    const result = await pages.next();
    if (result.done === true) return { objects: [], next: undefined };
    const { segment, continuationToken } = result.value;
    const blobs = segment.blobItems.filter(({ metadata }) => !isFolder(metadata));
    return {
      objects: blobs.map(({ name, properties }) => ({ key: name, bytes: properties.contentLength ?? 0 })),
      next: continuationToken === '' ? undefined : continuationToken,
    };
  }

  async delete(key: string, abortSignal: AbortSignal): Promise<void> {
    await this.#blob(key).delete({ abortSignal });
  }

  classified = classified;

  #blob(key: string): BlockBlobClient {
    return this.#container.getBlockBlobClient(key);
  }
}

/**
 * An account with a hierarchical namespace has an empty blob for each folder, which is no object.
 * Source: https://learn.microsoft.com/azure/storage/blobs/data-lake-storage-introduction
 */
function isFolder(metadata: Readonly<Record<string, string>> | undefined): boolean {
  return metadata?.['hdi_isfolder'] === 'true';
}
