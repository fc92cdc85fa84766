import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAzureConnectionString } from './azure-connection-string.ts';

test('a connection string names an account, its key and its URL', () => {
  assert.deepEqual(parseAzureConnectionString('DefaultEndpointsProtocol=https;AccountName=exports;AccountKey=a2V5=='), {
    account: 'exports',
    key: 'a2V5==',
    serviceUrl: 'https://exports.blob.core.windows.net',
  });
  const emulator =
    'AccountName=devstoreaccount1;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1/;';
  assert.equal(parseAzureConnectionString(emulator)?.serviceUrl, 'http://127.0.0.1:10000/devstoreaccount1');
  const china = 'AccountName=exports;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn';
  assert.equal(parseAzureConnectionString(china)?.serviceUrl, 'https://exports.blob.core.chinacloudapi.cn');
});

for (const text of [
  '',
  'AccountName=exports',
  'AccountKey=a2V5',
  'AccountName=ex/ports;AccountKey=a2V5',
  'AccountName=exports;AccountKey=not base64',
  'AccountName=exports;AccountKey=a2V5;BlobEndpoint=file:///etc',
  'BlobEndpoint=https://exports.blob.core.windows.net;SharedAccessSignature=sv=1&sig=x',
]) {
  test(`${JSON.stringify(text)} is no connection string with a key`, () => {
    assert.equal(parseAzureConnectionString(text), undefined);
  });
}
