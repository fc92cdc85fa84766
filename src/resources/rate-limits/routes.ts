import { Type } from 'typebox';
import {
  IdSchema,
  invalidQueryParameter,
  listReply,
  pageOf,
  versions,
  type ApiRequest,
  type Operation,
} from '../../http/index.ts';
import { isId } from '../../kernel/ids.ts';
import { canonicalAddress } from '../../kernel/ip-address.ts';
import { mapPage, pageOfAll } from '../../kernel/page.ts';
import { encode, endpointSets, EndpointSetSchema } from './endpoint-sets.ts';
import { endpointSetNotFound } from './errors.ts';

const VERSIONS = ['2025-03-12', 'preview'] as const;
const ALL = '/rateLimits';
const ONE = `${ALL}/:endpointSetId` as const;
const ANYONE = { scope: 'authenticated' } as const;

/** Whose limits are asked for. */
const SUBJECT = { groupId: IdSchema, ipAddress: Type.String(), orgId: IdSchema };

/** @param limited the operations of all other slices. */
export function createOperations(limited: readonly Operation[]): readonly Operation[] {
  const operations: readonly Operation[] = [
    {
      id: 'listRateLimits',
      summary: 'Returns the rate limits of the API',
      method: 'GET',
      path: ALL,
      access: ANYONE,
      rateLimit: 'root',
      query: { ...SUBJECT, endpointPath: Type.String(), name: Type.String() },
      versions: versions(VERSIONS, {
        answers: pageOf(EndpointSetSchema),
        handle(request) {
          checkSubject(request);
          const name = request.query('name');
          const path = request.query('endpointPath');
          const found = endpointSets([...limited, ...operations]).filter(
            (set) =>
              (name === undefined || set.name === name) &&
              (path === undefined || set.endpoints.some((endpoint) => endpoint.path === path)),
          );
          return Promise.resolve(listReply(request, mapPage(pageOfAll(found, request.page()), encode)));
        },
      }),
    },
    {
      id: 'getRateLimit',
      summary: 'Returns one rate limit of the API',
      method: 'GET',
      path: ONE,
      access: ANYONE,
      rateLimit: 'root',
      query: SUBJECT,
      versions: versions(VERSIONS, {
        answers: { status: 200, body: EndpointSetSchema },
        handle(request) {
          checkSubject(request);
          const id = request.param('endpointSetId');
          const set = endpointSets([...limited, ...operations]).find((known) => known.id === id);
          if (set === undefined) throw endpointSetNotFound(id);
          return Promise.resolve({ status: 200, body: encode(set) });
        },
      }),
    },
  ];
  return operations;
}

/**
 * Checks whose limits are asked for. The limits are the same for all.
 * @throws ApiError `INVALID_QUERY_PARAMETER`
 */
function checkSubject(request: ApiRequest<unknown>): void {
  for (const name of ['groupId', 'orgId']) {
    const id = request.query(name);
    if (id !== undefined && !isId(id)) throw invalidQueryParameter(name);
  }
  const address = request.query('ipAddress');
  if (address !== undefined && canonicalAddress(address) === undefined) throw invalidQueryParameter('ipAddress');
}
