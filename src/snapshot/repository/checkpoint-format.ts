import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { isId } from '../../kernel/ids.ts';
import { isJsonObject } from '../../kernel/json.ts';
import { Count, jsonReader, Sha256 } from '../../kernel/json-reader.ts';
import type { CollectionInfo, LeftOut } from '../contract.ts';
import type { CheckpointEntry } from './contract.ts';
import { BAD_VALUE, COLLECTION_INFO, LEFT_OUT } from './manifest-format.ts';

/** docs/formats/snapshot-repository.md describes the lines. */
const FORMAT = 'longshore-checkpoint';
const VERSION = 1;

export const CHECKPOINTS_PREFIX = 'checkpoints/';
const KEY = /^checkpoints\/([0-9a-f]{24})\/(\d{8})-(\d{8})\.jsonl$/;

/** The name of a piece of a checkpoint. The pieces of a snapshot are numbered from 0 across attempts. */
export interface PieceName {
  readonly id: string;
  readonly number: number;
  readonly attempt: number;
}

/** The prefix of the keys of a snapshot's pieces. */
export function piecesPrefix(id: string): string {
  if (!isId(id)) throw new RangeError(`${JSON.stringify(id)} is not an id of a snapshot`);
  return `${CHECKPOINTS_PREFIX}${id}/`;
}

export function pieceKey({ id, number, attempt }: PieceName): string {
  const digits = (value: number): string => String(value).padStart(8, '0');
  return `${piecesPrefix(id)}${digits(number)}-${digits(attempt)}.jsonl`;
}

/** Returns the piece's name; undefined for an object that is not a piece of a checkpoint. */
export function pieceOf(key: string): PieceName | undefined {
  const [, id, number, attempt] = KEY.exec(key) ?? [];
  return id === undefined ? undefined : { id, number: Number(number), attempt: Number(attempt) };
}

export interface PieceHeader {
  readonly startedAt: number;
  readonly place: string;
  readonly leftOut: readonly LeftOut[];
}

/** A line between the first and the last line of a piece. The first piece begins with the list of the collections. */
export type PieceLine = { readonly listed: CollectionInfo } | { readonly entry: CheckpointEntry };

export function pieceText(name: PieceName, { startedAt, place, leftOut }: PieceHeader, lines: string): string {
  const { id, number, attempt } = name;
  const header = { format: FORMAT, version: VERSION, id, number, attempt, startedAt, place, leftOut };
  const text = `${JSON.stringify(header)}\n${lines}`;
  return `${text}${JSON.stringify({ end: { sha256: sha256Of(text) } })}\n`;
}

export function lineText(line: PieceLine): string {
  return `${JSON.stringify(line)}\n`;
}

const readHeader = jsonReader(
  Type.Object({
    format: Type.Literal(FORMAT),
    version: Type.Literal(VERSION),
    id: Type.String(),
    number: Count,
    attempt: Count,
    startedAt: Count,
    place: Type.String(),
    leftOut: LEFT_OUT,
  }),
);
const readEnd = jsonReader(Type.Object({ end: Type.Object({ sha256: Sha256 }) }));
const readListed = jsonReader(Type.Object({ listed: Type.Object(COLLECTION_INFO) }));
const readEntry = jsonReader(
  Type.Object({
    entry: Type.Union([
      Type.Literal('begun'),
      Type.Literal('abandoned'),
      Type.Literal('ended'),
      Type.Object({
        block: Type.Object({ sha256: Sha256, bytes: Count, documents: Count, storedBytes: Count }),
        findings: Type.Object({
          badDocuments: Count,
          lookAlikes: Count,
          badValues: Type.Array(Type.Object(BAD_VALUE)),
        }),
        lastId: Type.Optional(Type.String()),
      }),
    ]),
  }),
);

/** A piece with a right checksum. */
export interface Piece {
  readonly header: PieceHeader;
  readonly lines: readonly PieceLine[];
}

/** @throws Error if the piece is not valid. */
export function parsePiece(name: PieceName, text: string): Piece {
  const endAt = text.lastIndexOf('\n', text.length - 2) + 1;
  const { sha256 } = readEnd(JSON.parse(text.slice(endAt))).end;
  if (sha256Of(text.slice(0, endAt)) !== sha256) throw new Error('its checksum does not fit');
  const [first = '', ...lines] = text.slice(0, endAt).trimEnd().split('\n');
  const header = readHeader(JSON.parse(first));
  if (header.id !== name.id || header.number !== name.number || header.attempt !== name.attempt) {
    throw new Error('it is that of another place');
  }
  return { header, lines: lines.map(parseLine) };
}

function parseLine(text: string): PieceLine {
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) && 'listed' in value ? readListed(value) : readEntry(value);
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
