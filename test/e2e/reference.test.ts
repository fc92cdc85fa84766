import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromiumFound, startChromium } from '../support/chromium.ts';
import { startService } from '../support/service.ts';
import { skipUnless } from '../support/skip-unless.ts';

// The reference page in a real browser: it shows the document, asks nobody but its server, and complains about nothing.

const WINDOW = { width: 1280, height: 1600 };

for (const version of ['v1.0', 'v2']) {
  test(
    `the page of ${version} shows its document, and asks only its own server`,
    skipUnless('chromium', chromiumFound),
    async () => {
      await using service = await startService();
      await using page = await startChromium(WINDOW);
      /** Waits in the page until an expression is true. */
      const until = async (condition: string): Promise<void> => {
        await page.evaluate(`new Promise((resolve) => {
        const look = () => (${condition}) ? resolve(true) : requestAnimationFrame(look);
        look();
      })`);
      };
      await page.open(`${service.url}/openapi/${version}`);
      await until(`document.querySelector('.opblock-tag-section')`);
      const { tags } = (await service.http.inject(`/openapi/${version}.json`)).json<{ tags: { name: string }[] }>();
      const shown = await page.evaluate(
        `[...document.querySelectorAll('.opblock-tag')].map((tag) => tag.innerText.trim())`,
      );
      assert.deepEqual(
        shown,
        tags.map(({ name }) => name),
      );

      // The details of an operation with a body, which come from the schemas.
      await page.evaluate(`document.querySelector('.opblock-tag[data-tag="Export buckets"]').click()`);
      await until(`document.querySelector('.opblock-post .opblock-summary-control')`);
      await page.evaluate(`document.querySelector('.opblock-post .opblock-summary-control').click()`);
      await until(`document.querySelector('.opblock-body .responses-table')`);
      const path = await page.evaluate(`document.querySelector('.opblock-post .opblock-summary-path').innerText`);
      assert.match(String(path), /backup.*exportBuckets$/);
      const buttons = `[...document.querySelectorAll('.try-out, .execute, .authorize')].filter((each) => each.offsetParent !== null)`;
      assert.equal(await page.evaluate(`${buttons}.length`), 0, 'the page sends no requests to the API');
      const elsewhere = page.requests.filter(
        (url) => !url.startsWith(`${service.url}/`) && !/^(data|blob|about):/.test(url),
      );
      assert.deepEqual(elsewhere, []);
      assert.deepEqual(page.complaints, []);
    },
  );
}
