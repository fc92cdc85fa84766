/** The facts of an object that a store knows without reading it. */
export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
}

/**
 * The body of an object: its parts in order. The driver reads the body once. A part is lent until the driver asks for the next
 * part, and the last part until the end of the body. A driver that needs a part for longer must copy it. When a `put` is
 * cancelled, the producer of the body must end the body or throw.
 */
export type ObjectBody = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The acknowledgement of a `put`: length and checksum of the written body. */
export interface WrittenObject {
  readonly bytes: number;
  /** SHA-256 of the body, lower-case hex. The driver computes it from the written bytes. A server that can also checks it. */
  readonly sha256: string;
}

/** Options of every call. */
export interface CallOptions {
  /** Ends the call. A driver ends a request that is waiting for an answer, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface PutOptions extends CallOptions {
  /**
   * False: the object may be lost in a power cut, because nothing but the store's permission to write it matters. A directory then
   * does not wait for the disk. Absent: true.
   */
  readonly durable?: boolean;
  /**
   * True: an object that has the key already stays as it is, and the put throws AppError `OBJECT_EXISTS`. A driver that had to send the
   * request again may throw it although its own first request has written the object. A store without conditional requests throws
   * AppError `OBJECT_STORE_UNSUPPORTED`, or ignores the condition. Absent: false.
   */
  readonly ifAbsent?: boolean;
}

/** The result of comparing an object with an acknowledgement. */
export type ObjectComparison = 'same' | 'different' | 'missing';

/**
 * A bucket. A key is at most 1024 bytes of UTF-8. Its parts are separated by `/`, and no part is empty, `.` or `..`. It contains
 * no control character and no backslash. Every driver refuses other keys with `INVALID_OBJECT_KEY`. A driver may refuse a key
 * that is a folder of another key (`a` beside `a/b`).
 *
 * The driver retries failed requests (a lost connection, a busy service) itself, because a body can be read only once. `kernel/retry.ts`
 * limits the retries. An AppError with `transient` set means that the failure lasted longer, or that an immediate retry cannot
 * help, as with a full disk. Every call throws the reason of its signal.
 */
export interface ObjectStore {
  /** Tells the bucket from another one under the same address. Absent where nothing else can be under the address. */
  readonly id?: string | undefined;
  /**
   * The region of the bucket, as AWS or the store spells it: the one that the service told at the first request, or the configured
   * one. Absent where buckets have no region, and before that request.
   */
  readonly region?: string | undefined;
  /**
   * Writes an object. When the promise resolves, the object is complete and durable. When it rejects, the object under the key is
   * unchanged. A driver may write the parts one by one or together. It keeps a copy of the parts that it may have to resend.
   * @throws the error of the body.
   */
  put(key: string, body: ObjectBody, options?: PutOptions): Promise<WrittenObject>;
  /** Reads a whole object into a new buffer, which the caller owns. @throws AppError `OBJECT_NOT_FOUND` */
  get(key: string, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads an object in pieces of bounded size, for large objects. @throws AppError `OBJECT_NOT_FOUND` */
  read(key: string, options?: CallOptions): AsyncIterable<Uint8Array>;
  /** Returns undefined if the object does not exist. @throws AppError `OBJECT_STORE_FORBIDDEN` if the role may not read. */
  head(key: string, options?: CallOptions): Promise<ObjectInfo | undefined>;
  /**
   * Compares the content of an object with the acknowledgement of an earlier `put`, perhaps by another process. A driver uses
   * the SHA-256 that the store keeps of the object. If the store keeps none, the driver reads the object.
   * @throws AppError `OBJECT_STORE_FORBIDDEN` if the role may not read.
   */
  compare(key: string, acknowledged: WrittenObject, options?: CallOptions): Promise<ObjectComparison>;
  /** Lists the objects whose key starts with the prefix, in the order of the keys' bytes. Any text is a valid prefix. */
  list(prefix: string, options?: CallOptions): AsyncIterable<ObjectInfo>;
  /** Removes an object. A missing object is not an error. */
  delete(key: string, options?: CallOptions): Promise<void>;
}

/** The configuration of a bucket. `all.ts` has a driver for each kind. */
export type StoreConfig = LocalStoreConfig | AzureStoreConfig | GcsStoreConfig | S3StoreConfig;

/** A bucket in a directory. */
export interface LocalStoreConfig {
  readonly kind: 'local';
  readonly directory: string;
}

/** A container of Azure Blob Storage. */
export interface AzureStoreConfig {
  readonly kind: 'azure';
  /** The URL of the account's Blob service, without a slash at its end. */
  readonly serviceUrl: string;
  readonly container: string;
  /** The tenant that gives the access tokens; absent: that of the environment. */
  readonly tenantId?: string;
  /** A key of the account, which takes the place of access tokens. Secret. */
  readonly accountKey?: { readonly account: string; readonly key: string };
  /** Whether the service may have an address that is not public. */
  readonly privateAddresses: boolean;
}

/** A bucket of Google Cloud Storage. */
export interface GcsStoreConfig {
  readonly kind: 'gcs';
  readonly bucket: string;
  /** The URL of an emulator, which gets no credentials; absent: Google's service. */
  readonly endpoint?: string;
}

/** A bucket of Amazon S3, or of a store with its API. */
export interface S3StoreConfig {
  readonly kind: 's3';
  readonly bucket: string;
  /** The URL of the store. Absent: the SDK's own choice, which is `AWS_ENDPOINT_URL` of the environment, else Amazon S3. */
  readonly endpoint?: string;
  /** The region of the bucket; with `asksRegion`: a region of the bucket's partition, which knows where the bucket is. */
  readonly region: string;
  /** Whether the driver asks the service for the region of the bucket. */
  readonly asksRegion: boolean;
  readonly addressing: 'path' | 'virtual-host';
  /** The checksum that goes with every put: SHA-256, which the store keeps; MD5 for stores that do not know the other. */
  readonly checksum: 'sha256' | 'md5';
  /** The IAM role that is assumed for every request. Absent: this process's own credentials. */
  readonly role?: IamRole;
  readonly objects: S3ObjectSettings;
}

/** A role of AWS, and the ExternalId with which it is assumed. */
export interface IamRole {
  readonly arn: string;
  readonly externalId: string;
}

/** The account of AWS to which the credentials of this process belong. */
export interface AwsIdentity {
  /** `arn:<partition>:iam::<12 digits>:root` */
  readonly accountArn: string;
  /**
   * Assumes a role, and tries to assume it with a wrong ExternalId. A role that lets this pass can be used by everybody who
   * knows its ARN and has a role on this server.
   * @throws AppError `OBJECT_STORE_ROLE_REFUSED`, and others if STS does not answer.
   */
  tryRole(role: IamRole): Promise<{ readonly takesAnyExternalId: boolean }>;
}

/** What the operator wants of every object of a bucket. Absent: what the bucket has as its default. */
export interface S3ObjectSettings {
  readonly serverSideEncryption?: 'AES256' | 'aws:kms';
  readonly kmsKeyId?: string;
  readonly storageClass?: string;
  /** Object Lock. The retention ends that many days after the put. */
  readonly retention?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number };
  readonly tags?: Readonly<Record<string, string>>;
}
