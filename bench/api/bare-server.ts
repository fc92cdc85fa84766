// What Node.js and SQLite do without anything of Longshore: the floor of bench:api. The arguments are an empty directory, and the
// milliseconds that each commit waits for the disk beside its own time.
import { createServer } from 'node:http';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { waitForDisk } from './wait-for-disk.ts';

const [directory = '', diskMs = '0'] = process.argv.slice(2);
const database = new SqliteDatabase(join(directory, 'bare.sqlite'));
database.pragma('journal_mode = wal');
database.pragma('synchronous = full');
database.exec('create table rows (id integer primary key, body text not null) strict');
const insert = database.prepare('insert into rows (body) values (?)');

/** As long as Longshore's answer about a project. */
const ANSWER = JSON.stringify({ id: '5f0000000000000000000001', name: 'x'.repeat(380) });

const server = createServer((request, response) => {
  const answer = () =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length }).end(ANSWER);
  if (request.method === 'GET') {
    answer();
    return;
  }
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    // The commit is durable when this call returns. SQLite waits for the disk in this thread.
    insert.run(Buffer.concat(pieces).toString());
    waitForDisk(Number(diskMs));
    answer();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit());
