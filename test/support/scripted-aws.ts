import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

// moto answers 500 for a session of a role that is gone, and its sessions do not expire. Answers as in
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html

export const SCRIPTED_ACCOUNT = '123456789012';

/** STS and S3 of an account with one IAM role, which may put objects and ask for the region, and nothing else. */
export interface ScriptedAws {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The keys that were put, in the order of the acknowledgements. */
  readonly keys: readonly string[];
  /** The number of sessions that were given out. */
  readonly sessions: number;
  /** The ExternalId with which the role is assumed. Undefined: with none. */
  externalId: string | undefined;
  /** Asked before each put of an object. `expired`: its session and all earlier ones end. `deleted`: the role is gone from now on. */
  onPut: (key: string) => 'expired' | 'deleted' | undefined;
  stop(): Promise<void>;
}

const sts = (action: string, result: string): string =>
  `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result></${action}Response>`;

const stsError = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`;
const s3Error = (code: string): string => `<Error><Code>${code}</Code><Message>why</Message></Error>`;

interface Reply {
  readonly status: number;
  readonly text: string;
}

export async function startScriptedAws(): Promise<ScriptedAws> {
  const keys: string[] = [];
  let sessions = 0;
  /** Sessions up to this one have expired. */
  let expired = 0;
  let isDeleted = false;

  function answerSts(form: URLSearchParams): Reply {
    if (form.get('Action') === 'GetCallerIdentity') {
      const arn = `arn:aws:iam::${SCRIPTED_ACCOUNT}:user/longshore`;
      return {
        status: 200,
        text: sts('GetCallerIdentity', `<Account>${SCRIPTED_ACCOUNT}</Account><Arn>${arn}</Arn>`),
      };
    }
    if (isDeleted || form.get('ExternalId') !== aws.externalId) return { status: 403, text: stsError('AccessDenied') };
    sessions++;
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const credentials =
      `<Credentials><AccessKeyId>ASIA${sessions}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>` +
      `<SessionToken>session-${sessions}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`;
    return { status: 200, text: sts('AssumeRole', credentials) };
  }

  function answerS3({ method, headers }: IncomingMessage, url: URL): Reply {
    const session = Number(/^session-(\d+)$/.exec(String(headers['x-amz-security-token']))?.[1] ?? NaN);
    const key = decodeURIComponent(url.pathname).split('/').slice(2).join('/');
    if (method === 'PUT') {
      const event = aws.onPut(key);
      if (event === 'expired') expired = session;
      if (event === 'deleted') isDeleted = true;
    }
    if (session <= expired) return { status: 400, text: s3Error('ExpiredToken') };
    if (isDeleted || Number.isNaN(session)) return { status: 403, text: s3Error('AccessDenied') };
    if (url.searchParams.has('location')) {
      return { status: 200, text: '<LocationConstraint>eu-west-1</LocationConstraint>' };
    }
    if (method !== 'PUT') return { status: 403, text: method === 'HEAD' ? '' : s3Error('AccessDenied') };
    keys.push(key);
    return { status: 200, text: '' };
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    void buffer(request).then((body) => {
      const isSts = request.method === 'POST' && url.pathname === '/';
      const { status, text } = isSts ? answerSts(new URLSearchParams(body.toString())) : answerS3(request, url);
      response.writeHead(status, { 'content-type': 'application/xml' }).end(text);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the service has no port');
  const aws: ScriptedAws = {
    url: `http://127.0.0.1:${address.port}`,
    keys,
    get sessions() {
      return sessions;
    },
    externalId: undefined,
    onPut: () => undefined,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return aws;
}
