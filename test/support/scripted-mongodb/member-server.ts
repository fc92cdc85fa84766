import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import { serialize } from 'bson';
import { releaseBytes } from '../../../src/kernel/release-bytes.ts';
import { Authentication } from './authentication.ts';
import { answer, gossip, type Member } from './commands.ts';
import type { Deployment } from './deployment.ts';
import { Refusal } from './refusal.ts';
import type { ScriptedAnswer, ScriptedRequest } from './script.ts';
import { isDoc, replyMessage, RequestReader, type Doc, type WireRequest } from './wire-messages.ts';

/** The commands with which drivers watch the topology. */
const HEARTBEATS = new Set(['hello', 'ismaster', 'isMaster']);

const SASL = new Set(['saslStart', 'saslContinue']);

/** One member of a scripted deployment: a TCP server on a free port of 127.0.0.1. */
export class MemberServer implements Member {
  readonly index: number;
  readonly deployment: Deployment;
  readonly cursors: Member['cursors'] = new Map();
  /** The number of connections that were ever made to the member. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #host = '';

  constructor(index: number, deployment: Deployment) {
    this.index = index;
    this.deployment = deployment;
  }

  /** `host:port`. */
  get host(): string {
    return this.#host;
  }

  async start(): Promise<void> {
    const { tls } = this.deployment.options;
    const serve = (socket: Socket): void => this.#serve(socket);
    const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
    this.#server = server;
    server.listen(this.deployment.options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#host = `127.0.0.1:${address.port}`;
  }

  /** Closes all connections. New connections are accepted. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    this.cutConnections();
    await closed;
  }

  #serve(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const reader = new RequestReader();
    const authentication = new Authentication(this.deployment.options.users);
    let answered = Promise.resolve();
    socket.on('data', (bytes) => {
      const end = (error: unknown): void => {
        socket.destroy(asError(error));
      };
      try {
        for (const request of reader.read(bytes))
          answered = answered.then(() => this.#answer(socket, request, authentication)).catch(end);
        // The reader has copied them.
        releaseBytes(bytes);
      } catch (error) {
        end(error);
      }
    });
  }

  async #answer(socket: Socket, wire: WireRequest, authentication: Authentication): Promise<void> {
    const { database, command, sections, bytes, compressor } = wire;
    const name = Object.keys(command)[0] ?? '';
    const request: ScriptedRequest = { member: this.index, database, name, command, sections, bytes, compressor };
    const { latencyMs = 0, compressors = [] } = this.deployment.options;
    if (compressor !== undefined && !compressors.includes(compressor))
      throw new Error(`${compressor} was not agreed on`);
    if (!HEARTBEATS.has(name)) {
      this.deployment.requests.push(request);
      if (latencyMs > 0) await pause(latencyMs);
    }
    const scripted = HEARTBEATS.has(name) ? undefined : await this.deployment.script(request);
    if (scripted !== undefined && 'cut' in scripted) {
      socket.destroy();
      return;
    }
    let reply = this.#reply(request, scripted, authentication);
    if (HEARTBEATS.has(name) && isDoc(reply)) reply = { ...reply, compression: agreed(command, compressors) };
    if (socket.destroyed) return;
    socket.cork();
    for (const part of replyMessage(wire, reply instanceof Uint8Array ? reply : serialize(reply))) socket.write(part);
    socket.uncork();
  }

  #reply(
    request: ScriptedRequest,
    scripted: Exclude<ScriptedAnswer, { cut: true }>,
    authentication: Authentication,
  ): Doc | Uint8Array {
    const time = gossip(this.deployment);
    if (scripted !== undefined && 'refuse' in scripted) {
      const { code, message, labels } = scripted.refuse;
      return { ok: 0, errmsg: message, code, ...(labels === undefined ? {} : { errorLabels: labels }), ...time };
    }
    if (scripted !== undefined && 'bytes' in scripted) return scripted.bytes;
    if (scripted !== undefined) return { ...scripted.reply, ok: 1, ...time };
    try {
      if (!authentication.isDone && !HEARTBEATS.has(request.name) && !SASL.has(request.name)) {
        throw new Refusal(13, `Command ${request.name} requires authentication`);
      }
      const own = SASL.has(request.name) ? logIn(request, authentication) : answer(this, request);
      if (!('bytes' in own)) return { ...own, ok: 1, ...time };
      return own.bytes as Uint8Array;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ok: 0, errmsg: error.message, code: error.code, ...time };
    }
  }
}

/** @throws Refusal */
function logIn({ database, command }: ScriptedRequest, authentication: Authentication): Doc {
  const reply = authentication.answer(database, command);
  if (reply === undefined) throw new Refusal(18, 'Authentication failed.');
  return reply;
}

function agreed(command: Doc, compressors: readonly string[]): readonly string[] {
  const offered: readonly unknown[] = Array.isArray(command['compression']) ? command['compression'] : [];
  return compressors.filter((compressor) => offered.includes(compressor));
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
