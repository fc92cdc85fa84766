/** Converts a path of Fastify to one of OpenAPI: `/things/:thingId(^\\w+)::act` becomes `/things/{thingId}:act`. */
export function openApiPath(path: string): string {
  return path.replaceAll(/(?<!:):(\w+)(?:\([^)]*\))?/g, '{$1}').replaceAll('::', ':');
}

/** The names of the parameters of a path of Fastify, in order. */
export function parameterNames(path: string): readonly string[] {
  return [...path.matchAll(/(?<!:):(\w+)/g)].map(([, name = '']) => name);
}
