import { isJsonObject } from '../../kernel/json.ts';
import type { ClusterSource, LiveSource } from './model.ts';

/** A source as text, to be sealed: a directory or a connection string as it is, and JSON where there is more to know. */
export function packSource(source: ClusterSource): string {
  if (source.kind === 'mongodump') return source.directory;
  const { uri, whenHistoryEnds, bytesPerSecond } = source;
  return whenHistoryEnds === undefined && bytesPerSecond === undefined
    ? uri
    : JSON.stringify({ uri, whenHistoryEnds, bytesPerSecond });
}

/** @throws Error for text that `packSource` did not write. */
export function unpackSource(kind: ClusterSource['kind'], text: string): ClusterSource {
  if (kind === 'mongodump') return { kind, directory: text };
  return text.startsWith('{') ? liveSource(JSON.parse(text)) : { kind, uri: text };
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
