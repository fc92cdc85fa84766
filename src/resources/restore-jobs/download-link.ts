import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Id } from '../../kernel/ids.ts';

/** Where downloads are served, beside the API. */
export const DOWNLOADS_PREFIX = '/downloads';

/** A download that a link names. The link alone gives access, so it is signed, and it expires. */
export interface LinkedDownload {
  readonly restoreJobId: Id;
  readonly snapshotId: Id;
  /** Seconds since the Unix epoch. */
  readonly expires: number;
}

/** Makes and reads the links of downloads. */
export interface DownloadLinks {
  /** The path and the query. The secret is in the query, because logs hold paths and no queries. */
  linkOf(download: LinkedDownload): string;
  /** Returns what a link names; undefined if its signature is not right. */
  read(file: string, query: (name: string) => string | undefined): LinkedDownload | undefined;
}

/** @param key 32 secret bytes. */
export function createDownloadLinks(key: Uint8Array): DownloadLinks {
  const sign = ({ restoreJobId, snapshotId, expires }: LinkedDownload): string =>
    createHmac('sha256', key).update(`${restoreJobId}\n${snapshotId}\n${expires}`).digest('hex');
  return {
    linkOf: (download) => {
      const query = new URLSearchParams({
        restoreJobId: download.restoreJobId,
        expires: String(download.expires),
        signature: sign(download),
      });
      return `${DOWNLOADS_PREFIX}/${fileName(download.snapshotId)}?${query.toString()}`;
    },
    read(file, query) {
      const { snapshotId } = FILE_NAME.exec(file)?.groups ?? {};
      const [restoreJobId, expires, signature] = [query('restoreJobId'), query('expires'), query('signature')];
      if (snapshotId === undefined || restoreJobId === undefined || signature === undefined) return undefined;
      if (expires === undefined || !/^\d{1,12}$/.test(expires)) return undefined;
      const download = { restoreJobId, snapshotId, expires: Number(expires) };
      const [right, given] = [Buffer.from(sign(download)), Buffer.from(signature)];
      return right.byteLength === given.byteLength && timingSafeEqual(right, given) ? download : undefined;
    },
  };
}

const FILE_NAME = /^restore-(?<snapshotId>[0-9a-f]{24})\.tar\.gz$/;

function fileName(snapshotId: Id): string {
  return `restore-${snapshotId}.tar.gz`;
}
