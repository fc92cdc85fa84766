import { openApiPath } from './openapi/path.ts';
import type { Operation } from './operation.ts';
import { API_BASE_PATHS, APIS, servedBy } from './versions.ts';

/** Returns the value of `Allow` for operations on one path. A path that can be read also has HEAD. */
export function allowedMethods(operations: readonly Pick<Operation, 'method'>[]): string {
  return [...new Set(operations.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ');
}

/**
 * Makes a function that finds the operations on the path of a request, for methods that the router does not know.
 */
export function createPathFinder(operations: readonly Operation[]): (path: string) => readonly Operation[] {
  const known = APIS.flatMap((api) =>
    servedBy(api, operations).map((operation) => ({
      operation,
      pattern: patternOf(API_BASE_PATHS[api] + openApiPath(operation.path)),
    })),
  );
  return (path) => known.filter(({ pattern }) => pattern.test(path)).map(({ operation }) => operation);
}

function patternOf(template: string): RegExp {
  const literal = template.replaceAll(/[.+*?^$()[\]|\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`);
}
