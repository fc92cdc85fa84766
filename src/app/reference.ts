import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { DOCUMENTED, openApiDocument, type Section } from '../http/index.ts';

/** The prefix of the plugin. */
export const REFERENCE_PREFIX = '/openapi';

/** The page loads nothing from other servers. The viewer writes some styles itself. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The files of the viewer, and their media types. */
const VIEWER = { 'swagger-ui-bundle.js': 'text/javascript', 'swagger-ui.css': 'text/css' } as const;

export interface ReferenceOptions {
  readonly sections: readonly Section[];
  readonly productVersion: string;
  readonly publicUrl: string | undefined;
}

/**
 * Creates the Fastify plugin for REFERENCE_PREFIX: the OpenAPI document of each version of the API, and a page that shows it to people. It
 * asks for no credentials, because everything in it is public.
 */
export function createReference(options: ReferenceOptions): (scope: FastifyInstance) => Promise<void> {
  return async (scope) => {
    scope.addHook('onRequest', (_request, reply, done) => {
      void reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      done();
    });
    for (const version of DOCUMENTED) {
      // The first request makes the document, because few servers are asked for it.
      let document: string | undefined;
      scope.get(`/${version}.json`, async (_request, reply) => {
        document ??= JSON.stringify(openApiDocument({ ...options, version }));
        return await reply.type('application/json').send(document);
      });
      scope.get(`/${version}`, async (_request, reply) =>
        reply
          .header('content-security-policy', CONTENT_SECURITY_POLICY)
          .type('text/html; charset=utf-8')
          .send(page(version)),
      );
    }
    scope.get('/', async (_request, reply) => reply.redirect(`${options.publicUrl ?? ''}${REFERENCE_PREFIX}/v2`));
    scope.get('/page.js', async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(PAGE_SCRIPT));
    for (const [name, type] of Object.entries(VIEWER)) {
      scope.get(`/${name}`, async (_request, reply) =>
        reply
          .headers({ 'cache-control': 'max-age=3600' })
          .type(`${type}; charset=utf-8`)
          .send(createReadStream(viewerFile(name))),
      );
    }
    await Promise.resolve();
  };
}

/** The URLs are relative, because a proxy may serve them below a path of its own. */
function page(version: string): string {
  const links = DOCUMENTED.map((each) => `<a href="${each}">${each}</a>`).join(' &middot; ');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Longshore: Atlas Administration API ${version}</title>
<link rel="stylesheet" href="swagger-ui.css">
<style>
  /* The page sends no requests, so it needs no credentials and no server. */
  .scheme-container, .authorization__btn { display: none }
</style>
<body style="margin: 0; font-family: sans-serif">
<nav style="padding: 1em">${links} &middot; <a href="${version}.json">OpenAPI document</a></nav>
<main id="reference"><noscript>The reference needs JavaScript. The OpenAPI document does not.</noscript></main>
<script src="swagger-ui-bundle.js"></script>
<script src="page.js" data-document="${version}.json"></script>
`;
}

/** Starts the viewer without buttons that send requests, and without its validator, which is another server. */
const PAGE_SCRIPT = `SwaggerUIBundle({
  url: document.currentScript.dataset.document,
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  supportedSubmitMethods: [],
  validatorUrl: null,
});
`;

/** The build copies the files of the viewer beside the program. The sources have them in their package. */
function viewerFile(name: string): string {
  const copied = fileURLToPath(new URL(name, import.meta.url));
  return existsSync(copied) ? copied : createRequire(import.meta.url).resolve(`@fastify/swagger-ui/static/${name}`);
}
