import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/api-server.ts';
import { createRateLimiter } from './rate-limit.ts';

const drain = (limiter: ReturnType<typeof createRateLimiter>, owner: string, times: number) => {
  for (let count = 0; count < times; count++) limiter.take('listOrgs', owner);
};

test('a bucket holds its capacity, and the next request waits for a token', () => {
  const clock = new ManualClock();
  const limiter = createRateLimiter(clock);
  assert.deepEqual(limiter.take('listOrgs', 'a'), {
    allowed: true,
    capacity: 300,
    refill: 100,
    intervalSeconds: 60,
    remaining: 299,
    retryAfterSeconds: 0,
  });
  drain(limiter, 'a', 299);
  const refused = limiter.take('listOrgs', 'a');
  assert.deepEqual([refused.allowed, refused.remaining, refused.retryAfterSeconds], [false, 0, 1]);
  clock.advance(600);
  assert.equal(limiter.take('listOrgs', 'a').allowed, true);
  assert.equal(limiter.take('listOrgs', 'a').allowed, false);
});

test('tokens come back at the rate of the set, up to the capacity', () => {
  const clock = new ManualClock();
  const limiter = createRateLimiter(clock);
  drain(limiter, 'a', 300);
  clock.advance(60_000);
  assert.equal(limiter.take('listOrgs', 'a').remaining, 99);
  clock.advance(3_600_000);
  assert.equal(limiter.take('listOrgs', 'a').remaining, 299);
});

test('owners and sets have buckets of their own', () => {
  const limiter = createRateLimiter(new ManualClock());
  drain(limiter, 'a', 300);
  assert.equal(limiter.take('listOrgs', 'a').allowed, false);
  assert.equal(limiter.take('listOrgs', 'b').allowed, true);
  assert.equal(limiter.take('cloudBackups', 'a').remaining, 1199);
  assert.equal(limiter.take('clusters', 'a').remaining, 9999);
});

test('setting the clock back neither adds nor removes tokens', () => {
  const clock = new ManualClock();
  const limiter = createRateLimiter(clock);
  drain(limiter, 'a', 10);
  clock.advance(-60_000);
  assert.equal(limiter.take('listOrgs', 'a').remaining, 289);
});

test('sweeping idle buckets away does not refill busy ones', () => {
  const clock = new ManualClock();
  const limiter = createRateLimiter(clock);
  for (let owner = 0; owner < 1000; owner++) limiter.take('listOrgs', `idle ${owner}`);
  clock.advance(10_000);
  drain(limiter, 'busy', 200);
  for (let owner = 0; owner < 3000; owner++) limiter.take('listOrgs', `new ${owner}`);
  assert.equal(limiter.take('listOrgs', 'busy').remaining, 99);
});
