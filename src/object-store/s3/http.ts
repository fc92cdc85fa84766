import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const CONNECT_MS = 10_000;

/** The agents use the proxies that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, in capitals or small letters. */
// eslint-disable-next-line no-restricted-properties -- the libraries of the other vendors read these variables themselves
const AGENT_OPTIONS = { keepAlive: true, proxyEnv: process.env };

/** The connections of all S3 and STS clients of this process. Redirects are not followed. */
export const httpHandler = new NodeHttpHandler({
  httpAgent: new HttpAgent(AGENT_OPTIONS),
  httpsAgent: new HttpsAgent(AGENT_OPTIONS),
  connectionTimeout: CONNECT_MS,
});
