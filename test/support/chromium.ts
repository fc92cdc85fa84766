import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { isOnPath } from './is-on-path.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const COMMAND = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => isOnPath(name));

/** Whether a Chromium is on the PATH. */
export const chromiumFound = COMMAND !== undefined;

const Message = Type.Object({
  id: Type.Optional(Type.Integer()),
  method: Type.Optional(Type.String()),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  result: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  error: Type.Optional(Type.Object({ message: Type.String() })),
});

/** A page in a headless Chromium. */
export interface Page extends AsyncDisposable {
  /** The URLs that the browser has asked for, those of the page and all others. */
  readonly requests: readonly string[];
  /** What the page and the browser wrote to the console as errors or warnings, and exceptions of scripts. */
  readonly complaints: readonly string[];
  open(url: string): Promise<void>;
  /** Evaluates an expression in the page. A promise is awaited. @throws Error if it throws. */
  evaluate(expression: string): Promise<unknown>;
}

/** Starts Chromium with one page. The DevTools protocol comes through a pipe, so no port is open. */
export async function startChromium({ width, height }: { width: number; height: number }): Promise<Page> {
  if (COMMAND === undefined) throw new Error('there is no Chromium on the PATH');
  const directory = temporaryDirectory('chromium');
  const options = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
  ];
  const child = spawn(
    COMMAND,
    [...options, '--remote-debugging-pipe', `--user-data-dir=${directory.path}`, `--window-size=${width},${height}`],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];

  const requests: string[] = [];
  const complaints: string[] = [];
  const waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  let hasLoaded = Promise.withResolvers<undefined>();
  const events: Readonly<Record<string, (params: unknown) => void>> = {
    'Network.requestWillBeSent': (params) => requests.push(textAt(params, 'request', 'url')),
    'Log.entryAdded': (params) => complaints.push(textAt(params, 'entry', 'text')),
    'Runtime.exceptionThrown': (params) => complaints.push(JSON.stringify(params)),
    'Runtime.consoleAPICalled': (params) => {
      if (['error', 'warning', 'assert'].includes(textAt(params, 'type'))) complaints.push(JSON.stringify(params));
    },
    'Page.loadEventFired': () => {
      hasLoaded.resolve(undefined);
    },
  };
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const { id, method, params, result = {}, error } = Value.Parse(Message, JSON.parse(part));
      if (id === undefined) events[method ?? '']?.(params);
      else if (error === undefined) waiting.get(id)?.resolve(result);
      else waiting.get(id)?.reject(new Error(error.message));
    }
  });
  let calls = 0;
  const call = async (method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> => {
    const id = ++calls;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    waiting.set(id, answer);
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`);
    return await answer.promise;
  };

  const target = await call('Target.createTarget', { url: 'about:blank' });
  const attached = await call('Target.attachToTarget', { targetId: textAt(target, 'targetId'), flatten: true });
  const session = textAt(attached, 'sessionId');
  for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await call(`${domain}.enable`, {}, session);

  return {
    requests,
    complaints,
    async open(url) {
      hasLoaded = Promise.withResolvers();
      await call('Page.navigate', { url }, session);
      await hasLoaded.promise;
    },
    async evaluate(expression) {
      const params = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await call('Runtime.evaluate', params, session);
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return partAt(result, 'value');
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      directory[Symbol.dispose]();
    },
  };
}

function partAt(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((part, key) => (Object(part) as Record<string, unknown>)[key], value);
}

const textAt = (value: unknown, ...keys: readonly string[]): string => String(partAt(value, ...keys));
