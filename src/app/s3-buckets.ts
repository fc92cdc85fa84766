import { Type } from 'typebox';
import { AppError, messageOf } from '../kernel/errors.ts';
import { jsonTextReader } from '../kernel/json-reader.ts';
import type { S3ProviderStore } from '../object-store/addressing.ts';
import { editedTextOf } from './read-file.ts';

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = 10;
const TAG_KEY = '^[\\p{L}\\p{N} +\\-=._:/@]{1,128}$';
const TAG_VALUE = '^[\\p{L}\\p{N} +\\-=._:/@]{0,256}$';

const strict = { additionalProperties: false };

const Settings = Type.Object(
  {
    serverSideEncryption: Type.Optional(Type.Enum(['AES256', 'aws:kms'])),
    kmsKeyId: Type.Optional(Type.String({ minLength: 1 })),
    storageClass: Type.Optional(Type.String({ pattern: '^[A-Z0-9_]+$' })),
    retention: Type.Optional(
      Type.Object(
        { mode: Type.Enum(['GOVERNANCE', 'COMPLIANCE']), days: Type.Integer({ minimum: 1, maximum: 36_500 }) },
        strict,
      ),
    ),
    tags: Type.Optional(
      Type.Record(Type.String({ pattern: TAG_KEY }), Type.String({ pattern: TAG_VALUE }), {
        additionalProperties: false,
        maxProperties: MAX_TAGS,
      }),
    ),
  },
  strict,
);
const readBuckets = jsonTextReader(Type.Record(Type.String({ minLength: 1 }), Settings));

/** Reads the file that `--s3-buckets` names. @throws AppError `INVALID_S3_BUCKETS` */
export function readS3Buckets(file: string): S3ProviderStore['buckets'] {
  try {
    return new Map(Object.entries(readBuckets(editedTextOf(file))));
  } catch (cause) {
    throw new AppError({
      code: 'INVALID_S3_BUCKETS',
      message: `the file ${file} of --s3-buckets cannot be used: ${messageOf(cause)}`,
      hint: 'Write a JSON object with an object for each bucket, such as {"*": {"storageClass": "STANDARD_IA"}}.',
      cause,
    });
  }
}
