import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Id } from '../../kernel/ids.ts';

/** Where downloads are served, beside the API. */
export const DOWNLOADS_PREFIX = '/downloads';

/** The file of a snapshot has the name of its folder with this ending. */
export const FILE_ENDING = '.tar.gz';

/** A download that a link names. The link alone gives access, so it is signed, and it expires. */
export interface LinkedDownload {
  readonly restoreJobId: Id;
  readonly snapshotId: Id;
  /** Seconds since the Unix epoch. */
  readonly expires: number;
}

/** Makes and reads the links of downloads. */
export interface DownloadLinks {
  /** The path and the query of the file. The secret is in the query, because logs hold paths and no queries. */
  linkOf(download: LinkedDownload): string;
  /** The same for the folder of the snapshot's objects. The key of an object in the repository follows the path. */
  folderLinkOf(download: LinkedDownload): string;
  /** Returns what a link names; undefined if its signature is not right. @param folder the name of the folder. */
  read(folder: string, query: (name: string) => string | undefined): LinkedDownload | undefined;
}

/** @param key 32 secret bytes. */
export function createDownloadLinks(key: Uint8Array): DownloadLinks {
  const sign = ({ restoreJobId, snapshotId, expires }: LinkedDownload): string =>
    createHmac('sha256', key).update(`${restoreJobId}\n${snapshotId}\n${expires}`).digest('hex');
  const queryOf = (download: LinkedDownload): string =>
    new URLSearchParams({
      restoreJobId: download.restoreJobId,
      expires: String(download.expires),
      signature: sign(download),
    }).toString();
  return {
    linkOf: (download) => `${DOWNLOADS_PREFIX}/${folderName(download.snapshotId)}${FILE_ENDING}?${queryOf(download)}`,
    folderLinkOf: (download) => `${DOWNLOADS_PREFIX}/${folderName(download.snapshotId)}/?${queryOf(download)}`,
    read(folder, query) {
      const { snapshotId } = FOLDER_NAME.exec(folder)?.groups ?? {};
      const [restoreJobId, expires, signature] = [query('restoreJobId'), query('expires'), query('signature')];
      if (snapshotId === undefined || restoreJobId === undefined || signature === undefined) return undefined;
      if (expires === undefined || !/^\d{1,12}$/.test(expires)) return undefined;
      const download = { restoreJobId, snapshotId, expires: Number(expires) };
      const [right, given] = [Buffer.from(sign(download)), Buffer.from(signature)];
      return right.byteLength === given.byteLength && timingSafeEqual(right, given) ? download : undefined;
    },
  };
}

const FOLDER_NAME = /^restore-(?<snapshotId>[0-9a-f]{24})$/;

function folderName(snapshotId: Id): string {
  return `restore-${snapshotId}`;
}
