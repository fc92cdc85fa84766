import assert from 'node:assert/strict';
import type { ObjectStore } from '../../src/object-store/contract.ts';
import type { ScriptedService } from './scripted-service.ts';

/**
 * Answers requests of a driver with every kind of redirect, which the driver must not follow.
 * @param expected further headers of the answers, and the code of the driver's error.
 */
export async function assertRedirectsNotFollowed(
  service: ScriptedService,
  store: ObjectStore,
  expected: { readonly headers?: Readonly<Record<string, string>>; readonly code: string | RegExp },
): Promise<void> {
  for (const status of [301, 302, 307, 308]) {
    for (const location of ['http://127.0.0.1:1/elsewhere', '/elsewhere']) {
      service.answer({ status, headers: { location, ...expected.headers } });
      const refused = { code: expected.code, transient: false };
      await assert.rejects(store.put('a', [Buffer.from('x')]), refused);
      await assert.rejects(store.get('a'), refused);
      assert.equal(service.requests.length, 2, `${status} ${location}`);
    }
  }
}
