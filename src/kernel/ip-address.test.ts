import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockText, canonicalAddress, containsAddress, isSingleAddress, parseAddressBlock } from './ip-address.ts';

const block = (text: string) => {
  const parsed = parseAddressBlock(text);
  assert.ok(parsed, text);
  return parsed;
};

test('one address has one form', () => {
  assert.equal(canonicalAddress('192.0.2.1'), '192.0.2.1');
  assert.equal(canonicalAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(canonicalAddress('::FFFF:C000:0201'), '192.0.2.1');
  assert.equal(canonicalAddress('2001:DB8:0:0:0:0:0:1'), '2001:db8::1');
  assert.equal(canonicalAddress('fe80::1%eth0'), 'fe80::1');
});

for (const text of [
  '',
  ' ',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '1.2.3.256',
  '1.2.3.4/',
  '1.2.3.4/33',
  '1.2.3.4/-1',
  '1.2.3.4/8/8',
  '::/129',
  '::ffff:1.2.3.4/95',
  'localhost',
  '1.2.3.4 ',
  '::1%eth0',
  '1.2.3.4%2F8',
]) {
  test(`${JSON.stringify(text)} is no block of addresses`, () => {
    assert.equal(parseAddressBlock(text), undefined);
  });
}

test('blocks contain what their first bits say', () => {
  assert.ok(containsAddress([block('10.0.0.0/8')], '10.255.0.1'));
  assert.ok(containsAddress([block('10.0.0.0/8')], '::ffff:10.255.0.1'));
  assert.ok(!containsAddress([block('10.0.0.0/8')], '11.0.0.1'));
  assert.ok(containsAddress([block('192.0.2.7')], '192.0.2.7'));
  assert.ok(containsAddress([block('0.0.0.0/0')], '203.0.113.9'));
  assert.ok(!containsAddress([block('0.0.0.0/0')], '2001:db8::1'));
  assert.ok(containsAddress([block('2001:db8::/32')], '2001:DB8:ffff::1'));
  assert.ok(!containsAddress([block('::/0')], '192.0.2.7'));
  assert.ok(containsAddress([block('::ffff:10.0.0.0/104')], '10.1.1.1'));
});

test('an unknown address is in no block', () => {
  for (const address of [undefined, '', 'unknown', '10.0.0.1, 10.0.0.2']) {
    assert.ok(!containsAddress([block('0.0.0.0/0'), block('::/0')], address));
  }
});

test('a block without a prefix is one address', () => {
  assert.equal(blockText(block('192.0.2.7')), '192.0.2.7/32');
  assert.equal(blockText(block('2001:DB8::7')), '2001:db8::7/128');
  assert.ok(isSingleAddress(block('192.0.2.7/32')));
  assert.ok(!isSingleAddress(block('192.0.2.7/31')));
});

test('property: membership is equality of the first bits', () => {
  const number = fc.integer({ min: 0, max: 0xffffffff });
  const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
  fc.assert(
    fc.property(number, number, fc.integer({ min: 0, max: 32 }), (network, host, prefix) => {
      const shift = 32n - BigInt(prefix);
      const expected = BigInt(network) >> shift === BigInt(host) >> shift;
      assert.equal(containsAddress([block(`${dotted(network)}/${prefix}`)], dotted(host)), expected);
    }),
  );
});

test('property: any text is read or refused, and what is read is read again from its own form', () => {
  const part = fc.oneof(fc.stringMatching(/^[0-9a-f:./%]{0,40}$/), fc.ipV4(), fc.ipV6(), fc.string());
  fc.assert(
    fc.property(part, (text) => {
      const parsed = parseAddressBlock(text);
      if (parsed !== undefined) assert.deepEqual(parseAddressBlock(blockText(parsed)), parsed);
    }),
  );
});
