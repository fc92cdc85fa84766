import { openApiPath } from './openapi/path.ts';
import type { Operation } from './operation.ts';
import { API_BASE_PATHS, versionsOf, type Api } from './versions.ts';

/** Returns the value of `Allow` for operations on one path. A path that can be read also has HEAD. */
export function allowedMethods(operations: readonly Pick<Operation, 'method'>[]): string {
  return [...new Set(operations.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ');
}

/**
 * Makes a function that finds the operations on the path of a request, for methods that the router does not know.
 */
export function createPathFinder(operations: readonly Operation[]): (path: string) => readonly Operation[] {
  const apis = Object.entries(API_BASE_PATHS) as [Api, string][];
  const known = apis.flatMap(([api, base]) =>
    operations
      .filter(({ versions }) => versionsOf(api, versions).length > 0)
      .map((operation) => ({ operation, pattern: patternOf(base + openApiPath(operation.path)) })),
  );
  return (path) => known.filter(({ pattern }) => pattern.test(path)).map(({ operation }) => operation);
}

function patternOf(template: string): RegExp {
  const literal = template.replaceAll(/[.+*?^$()[\]|\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`);
}
