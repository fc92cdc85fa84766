import type { Id } from '../../kernel/ids.ts';

/** A bucket that a role may write exports to. */
export interface ExportBucket {
  readonly id: Id;
  readonly groupId: Id;
  readonly provider: 'AWS';
  readonly bucketName: string;
  readonly roleId: Id;
  readonly requirePrivateNetworking: boolean;
  /** As AWS writes it: `us-east-1`. */
  readonly region: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** What a client asks for when it creates one. */
export interface NewExportBucket {
  readonly bucketName: string;
  readonly roleId: Id;
  readonly requirePrivateNetworking: boolean;
}
