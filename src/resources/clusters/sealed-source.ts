import { isJsonObject } from '../../kernel/json.ts';
import type { ClusterSource, LiveSource } from './model.ts';

/** Encodes a source as text for sealing: a plain path or connection string, or JSON if the source has options. */
export function packSource(source: ClusterSource): string {
  if (source.kind === 'upload') return '';
  if (source.kind === 'archive') return source.file;
  if (source.kind === 'mongodump') {
    const { directory, database } = source;
    return database === undefined ? directory : JSON.stringify({ directory, database });
  }
  const { uri, whenHistoryEnds, bytesPerSecond } = source;
  return whenHistoryEnds === undefined && bytesPerSecond === undefined
    ? uri
    : JSON.stringify({ uri, whenHistoryEnds, bytesPerSecond });
}

/** Decodes the text of `packSource`. @throws Error for any other text. */
export function unpackSource(kind: ClusterSource['kind'], text: string): ClusterSource {
  if (kind === 'upload') return { kind };
  // A brace means JSON, because no absolute path and no connection string begins with one.
  if (kind === 'archive') return { kind, file: text };
  if (kind === 'mongodump') return text.startsWith('{') ? oneDatabase(JSON.parse(text)) : { kind, directory: text };
  return text.startsWith('{') ? liveSource(JSON.parse(text)) : { kind, uri: text };
}

function oneDatabase(value: unknown): ClusterSource {
  const { directory, database } = isJsonObject(value) ? value : {};
  if (typeof directory !== 'string' || typeof database !== 'string')
    throw new Error('a sealed source names no directory');
  return { kind: 'mongodump', directory, database };
}

function liveSource(value: unknown): LiveSource {
  const { uri, whenHistoryEnds, bytesPerSecond } = isJsonObject(value) ? value : {};
  if (typeof uri !== 'string') throw new Error('a sealed source names no connection string');
  return {
    kind: 'mongodb',
    uri,
    ...(whenHistoryEnds === 'fail' || whenHistoryEnds === 'fallBack' ? { whenHistoryEnds } : {}),
    ...(typeof bytesPerSecond === 'number' ? { bytesPerSecond } : {}),
  };
}
