import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';
import type { WebhookRequest } from '../resources/webhooks/index.ts';
import type { Settings } from './config.ts';
import { productVersion } from './product.ts';
import { isPermittedAddress, refusalOfWebhookUrl } from './webhook-hosts.ts';

/** How long a receiver may take to answer. It should answer first and work afterwards. */
const TIMEOUT_MS = 15_000;
const GONE = 410;

export interface WebhookSenderOptions {
  readonly settings: Pick<Settings, 'webhookHosts' | 'host'>;
  /** Resolves names; absent: as the system does. With an error there are no addresses, although the types of Node.js promise them. */
  readonly lookup?: (
    host: string,
    callback: (error: Error | null, addresses?: readonly LookupAddress[]) => void,
  ) => void;
  readonly timeoutMs?: number;
}

/**
 * Sends deliveries. The URL is checked again, because the operator's list may have changed. The addresses of its host are checked, too. The
 * connection is made to one that was checked, because the name may resolve to another one the next time. Redirects are not followed. Only the
 * status of the answer is read.
 * @returns resolves if the receiver answers 2xx. Rejects with AppError `WEBHOOK_NOT_PERMITTED`, `WEBHOOK_UNREACHABLE`, `WEBHOOK_REFUSED`
 * or `WEBHOOK_GONE`.
 */
export function createWebhookSender(options: WebhookSenderOptions): (request: WebhookRequest) => Promise<void> {
  const { settings, timeoutMs = TIMEOUT_MS } = options;
  const resolve =
    options.lookup ??
    ((host, callback) => {
      systemLookup(host, { all: true }, callback);
    });
  return async ({ url: text, headers, body, signal }) => {
    const url = new URL(text);
    const refusal = refusalOfWebhookUrl(url, settings);
    if (refusal !== undefined) throw notPermitted(url.host, refusal);
    const lookup: LookupFunction = (host, { all = false }, callback) => {
      resolve(host, (error, addresses = []) => {
        const permitted = addresses.filter(({ address }) => isPermittedAddress(address, url, settings));
        const [first] = permitted;
        if (error !== null) callback(error, []);
        else if (first === undefined) callback(notPermitted(url.host, 'its name resolves to no public address'), []);
        else if (all) callback(null, permitted);
        else callback(null, first.address, first.family);
      });
    };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    let status: number;
    try {
      status = await post(url, { headers, body, lookup, signal: limited });
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof AppError) throw thrown;
      throw unreachable(
        url.host,
        limited.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(thrown),
        thrown,
      );
    }
    if (status < 200 || status > 299) throw refused(url.host, status);
  };
}

function post(
  url: URL,
  options: Pick<WebhookRequest, 'headers' | 'body' | 'signal'> & { readonly lookup: LookupFunction },
): Promise<number> {
  const { body, lookup, signal } = options;
  const bytes = Buffer.from(body, 'utf8');
  const headers = {
    ...options.headers,
    'content-type': 'application/json',
    'content-length': bytes.byteLength,
    'user-agent': `longshore/${productVersion}`,
  };
  const request = url.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise((answer, reject) => {
    // An agent would keep the connection, and could give one to a name that resolves differently now.
    const sent = request(url, { method: 'POST', headers, lookup, signal, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      answer(response.statusCode ?? 0);
      response.destroy();
    });
    sent.end(bytes);
  });
}

function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown);
  return code === undefined ? messageOf(thrown) : `${code}${code === 'ENOTFOUND' ? ': there is no such host' : ''}`;
}

function notPermitted(host: string, reason: string): AppError {
  return new AppError({
    code: 'WEBHOOK_NOT_PERMITTED',
    message: `nothing is sent to the webhook's host ${host}: ${reason}`,
    hint: "The server's operator names the hosts of webhooks with --webhook-hosts.",
  });
}

function unreachable(host: string, reason: string, cause: unknown): AppError {
  return new AppError({
    code: 'WEBHOOK_UNREACHABLE',
    message: `the webhook's host ${host} cannot be reached: ${reason}`,
    hint: 'Start the receiver, or mend its address, certificate or firewall.',
    transient: true,
    cause,
  });
}

function refused(host: string, status: number): AppError {
  const isRedirect = status >= 300 && status < 400;
  return new AppError({
    code: status === GONE ? 'WEBHOOK_GONE' : 'WEBHOOK_REFUSED',
    message: `the webhook's host ${host} answered ${status}${isRedirect ? ', and redirects are not followed' : ''}`,
    hint: isRedirect
      ? 'Register the URL that it redirects to.'
      : "Look at the receiver's log: it accepts with a status of 200 to 299.",
    transient: status !== GONE,
  });
}
