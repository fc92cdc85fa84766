import { isJsonObject } from '../../src/kernel/json.ts';
import type { Json } from '../../src/kernel/json.ts';
import { at, texts } from './json.ts';
import type { Running } from './longshore.ts';

/** Speaks the Model Context Protocol (2024-11-05) with a server on standard input and output: one JSON document a line. */
export class McpClient {
  readonly #server: Running;
  #id = 0;

  /** @param server started with `stdin: 'pipe'`. */
  constructor(server: Running) {
    this.#server = server;
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'longshore-test', version: '1' };
    await this.#call('initialize', { protocolVersion: '2024-11-05', capabilities: {}, clientInfo });
    this.#write({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  async tools(): Promise<readonly string[]> {
    return texts(listAt(await this.#call('tools/list', {}), '/tools'), 'name');
  }

  /** Calls a tool. @returns the texts of its answer. @throws Error if the tool says that it failed. */
  async tool(name: string, toolArguments: object = {}): Promise<string> {
    const result = await this.#call('tools/call', { name, arguments: toolArguments });
    const text = texts(listAt(result, '/content'), 'text').join('\n');
    if (at(result, '/isError') === true) throw new Error(`the tool ${name} failed: ${text}`);
    return text;
  }

  async #call(method: string, parameters: object): Promise<Json> {
    const id = ++this.#id;
    this.#write({ jsonrpc: '2.0', id, method, params: parameters });
    const [line] = await this.#server.output(new RegExp(`^\\{.*"id":${id}[,}].*$`, 'm'), 60_000);
    const answer = JSON.parse(line) as Json;
    const result = at(answer, '/result');
    if (!isJsonObject(answer) || result === undefined) throw new Error(`${method} answered ${line}`);
    return result;
  }

  #write(message: object): void {
    this.#server.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}

function listAt(value: Json, pointer: string): readonly Json[] {
  const found = at(value, pointer);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}
