import { Type } from 'typebox';
import { jsonTextReader } from '../../kernel/json-reader.ts';
import type { ClusterSource } from './model.ts';

const readOneDatabase = jsonTextReader(Type.Object({ directory: Type.String(), database: Type.String() }));
const readLiveSource = jsonTextReader(
  Type.Object({
    uri: Type.String(),
    whenHistoryEnds: Type.Optional(Type.Enum(['fail', 'fallBack'])),
    bytesPerSecond: Type.Optional(Type.Number()),
  }),
);

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
  if (kind === 'archive') return { kind, file: text };
  // A brace means JSON, because no absolute path and no connection string begins with one.
  const isJson = text.startsWith('{');
  if (kind === 'mongodump') return isJson ? { kind, ...readOneDatabase(text) } : { kind, directory: text };
  return isJson ? { kind, ...readLiveSource(text) } : { kind, uri: text };
}
