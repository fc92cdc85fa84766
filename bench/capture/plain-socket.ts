import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Long, serialize, type Document } from 'bson';

const HEADER_BYTES = 16;
const OP_MSG = 2013;

/**
 * Reads a collection through a socket with nothing around it: each reply is taken in and thrown away, and the next one asked for as soon
 * as it is whole. @returns how many bytes came.
 */
export async function readThroughSocket(host: string, replies: number): Promise<number> {
  const [name = '', port] = host.split(':');
  const socket = connect({ host: name, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let bytes = await readReply(socket, { find: 'small', $db: 'bench' });
  for (let reply = 1; reply < replies; reply++) {
    bytes += await readReply(socket, { getMore: Long.fromNumber(4242), collection: 'small', $db: 'bench' });
  }
  socket.destroy();
  return bytes;
}

async function readReply(socket: Socket, command: Document): Promise<number> {
  const body = serialize(command);
  const header = Buffer.alloc(HEADER_BYTES + 5);
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE(OP_MSG, 12);
  return await new Promise<number>((resolve, reject) => {
    let wanted = Infinity;
    let received = 0;
    const take = (chunk: Buffer): void => {
      if (received === 0) wanted = chunk.readInt32LE(0);
      received += chunk.length;
      if (received < wanted) return;
      socket.off('data', take);
      socket.off('error', reject);
      resolve(received);
    };
    socket.on('data', take);
    socket.on('error', reject);
    socket.write(Buffer.concat([header, body]));
  });
}
