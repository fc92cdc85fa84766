import { Type, type TSchema } from 'typebox';
import type { Answer } from './operation.ts';

// The schemas that the answers of many operations have in common. A schema with `$id` has a name of its own in the OpenAPI
// document. Answers may get further attributes later, so their schemas do not forbid them.

export const IdSchema = Type.String({ pattern: '^[a-f0-9]{24}$' });

/** A time in Atlas's form, which has no fractions of a second. */
export const TimeSchema = Type.String({ format: 'date-time' });

const Link = Type.Object({ href: Type.String(), rel: Type.String() }, { $id: 'Link' });

export const LinksSchema = Type.Array(Link);

/** The error document. `explanation` is Longshore's own. */
export const ErrorSchema = Type.Object(
  {
    badRequestDetail: Type.Optional(
      Type.Object({ fields: Type.Array(Type.Object({ description: Type.String(), field: Type.String() })) }),
    ),
    detail: Type.String(),
    error: Type.Integer(),
    errorCode: Type.String(),
    explanation: Type.Optional(Type.String()),
    parameters: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()]))),
    reason: Type.String(),
  },
  { $id: 'Error' },
);

/** The answer of a version that answers without a body. */
export const NOTHING: Answer = { status: 204 };

/** The answer of a version that refuses every request. */
export const REFUSES_ALL: Answer = { status: undefined };

/** The answer of a version that answers with a page of a list, with `listReply`. */
export function pageOf(item: TSchema, status: 200 | 201 = 200): Answer {
  const body = Type.Object({
    links: LinksSchema,
    results: Type.Array(item),
    totalCount: Type.Optional(Type.Integer({ minimum: 0, description: 'Absent if includeCount is false.' })),
  });
  return { status, body, isPage: true };
}
