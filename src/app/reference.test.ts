import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fastify } from 'fastify';
import { createReference, REFERENCE_PREFIX } from './reference.ts';

const app = fastify();
void app.register(createReference({ sections: [], productVersion: '1.2.3', publicUrl: undefined }), {
  prefix: REFERENCE_PREFIX,
});
after(() => app.close());

for (const version of ['v1.0', 'v2']) {
  test(`the page of ${version} shows its document, and may load nothing from elsewhere`, async () => {
    const reply = await app.inject(`/openapi/${version}`);
    assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8');
    assert.match(String(reply.headers['content-security-policy']), /^default-src 'none'; script-src 'self';/);
    assert.match(reply.body, new RegExp(`data-document="${version}\\.json"`));
    // No script in the page, and no URL with a host.
    assert.doesNotMatch(reply.body, /<script(?! src="[a-z-]+\.js")|\/\/|\son\w+=/);
  });
}

test('the page loads files that this server has', async () => {
  const { body } = await app.inject('/openapi/v2');
  const files = [...body.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, name = '']) => name);
  assert.deepEqual(files, ['swagger-ui.css', 'swagger-ui-bundle.js', 'page.js']);
  for (const name of files) {
    const reply = await app.inject(`/openapi/${name}`);
    assert.equal(reply.statusCode, 200);
    const type = name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
    assert.equal(reply.headers['content-type'], type);
  }
});

test('the prefix leads to the page of the newest version', async () => {
  const reply = await app.inject('/openapi');
  assert.deepEqual([reply.statusCode, reply.headers['location']], [302, '/openapi/v2']);
});
