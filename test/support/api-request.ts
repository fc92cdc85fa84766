import assert from 'node:assert/strict';
import { compileBodyCheck } from '../../src/http/body-schema.ts';
import type { ApiReply, ApiRequest, Caller, Operation, OperationVersion } from '../../src/http/index.ts';
import { parsePage } from '../../src/http/paging.ts';
import { queryFlag } from '../../src/http/query-flags.ts';
import { parseTarget } from '../../src/http/target.ts';
import { API_BASE_PATHS } from '../../src/http/versions.ts';
import type { Json } from '../../src/kernel/json.ts';

const HOST = 'http://localhost:8080';

/** A test's description of a request. `params` fill the path's parameters. */
export interface Call {
  readonly caller: Caller;
  readonly params?: Readonly<Record<string, string>>;
  /** `name=value&…` */
  readonly query?: string;
  readonly body?: Json;
  /** The body of an operation that takes a stream. */
  readonly bytes?: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** v2's newest version unless the old API is asked for. */
  readonly api?: 'v1.0' | 'v2' | 'longshore' | 'private';
  /** The address of the client; unknown when absent. */
  readonly address?: string;
  /** This very version of v2. */
  readonly version?: OperationVersion['version'];
}

/** Calls one operation as the server does once it has let the caller in: the body is checked, then handled. */
export async function call(operations: readonly Operation[], id: string, request: Call): Promise<ApiReply> {
  const operation = operations.find((candidate) => candidate.id === id);
  assert.ok(operation, `no operation ${id}`);
  const { api = 'v2', caller, params = {}, query = '', body } = request;
  const version = operation.versions.findLast((candidate) =>
    request.version === undefined ? apiOf(candidate) === api : candidate.version === request.version,
  );
  assert.ok(version, `no version of ${id} in ${api}`);
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) => param(name));
  const url = parseTarget(`${path}?${query}`);

  function param(name: string): string {
    const value = params[name];
    assert.ok(value !== undefined, `no parameter ${name} for ${id}`);
    return value;
  }

  if (version.body !== undefined) {
    const fault = compileBodyCheck(version.body)(body ?? {});
    if (fault !== undefined) throw fault;
  } else assert.equal(body, undefined, `${id} takes no body`);
  const link: ApiRequest['link'] = (below) => `${HOST}${API_BASE_PATHS[api]}${below}`;
  return await version.handle({
    api,
    caller,
    address: request.address,
    param,
    query: (name) => url.query.first(name),
    flag: (name, fallback) => queryFlag(url.query, name, fallback),
    page: () => parsePage(url.query),
    body,
    bytes: () => request.bytes ?? assert.fail(`${id} was sent no bytes`),
    url: { path: link(url.path), query: url.query },
    link,
    linkBeside: (path) => `${HOST}${path}`,
  });
}

function apiOf({ version }: OperationVersion): keyof typeof API_BASE_PATHS {
  if (version === 'v1.0') return 'v1.0';
  return version === 'longshore-v1' ? 'longshore' : 'v2';
}

/** The body of a reply, as the wire shows it. */
export function wire(reply: ApiReply): string {
  return JSON.stringify(reply.body);
}
