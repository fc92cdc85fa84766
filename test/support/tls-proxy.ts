import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';

/** A reverse proxy with TLS in front of a server, as in production. */
export interface TlsProxy extends AsyncDisposable {
  readonly url: string;
  /** The certificate that clients must trust. */
  readonly certificateFile: string;
  /** The requests so far, as `POST /path 200`. */
  readonly requests: readonly string[];
}

/** Starts a proxy on a free port of localhost, with a certificate that openssl makes in the directory. */
export async function startTlsProxy(target: string, directory: string): Promise<TlsProxy> {
  const [keyFile, certificateFile] = [join(directory, 'proxy-key.pem'), join(directory, 'proxy-cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', keyFile, '-out', certificateFile];
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject];
  execFileSync('openssl', make, { stdio: 'ignore' });
  const requests: string[] = [];
  const { hostname, port } = new URL(target);
  const options = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
  const server = createServer(options, (incoming, outgoing) => {
    const { method = '', url = '', headers, socket } = incoming;
    const forwarded = { ...headers, 'x-forwarded-for': socket.remoteAddress ?? '' };
    const onward = request({ hostname, port, method, path: url, headers: forwarded }, (reply) => {
      const { statusCode = 502 } = reply;
      requests.push(`${method} ${url.split('?', 1).join('')} ${statusCode}`);
      outgoing.writeHead(statusCode, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `https://localhost:${address.port}`,
    certificateFile,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
