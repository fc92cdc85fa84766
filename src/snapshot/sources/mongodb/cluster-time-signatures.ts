import { Binary, type MongoClient } from 'mongodb';

/**
 * Lets replies to a client be released. The driver keeps the cluster time of each connection's last reply and sends it
 * with the next command. Its signature is a view of the whole reply's memory, and a command with a released view fails.
 * So the signature is copied when the driver passes the time to its topology. The driver has no public hook for it.
 * @param client a connected client. @throws Error if a new version of the driver has no such place.
 */
export function keepClusterTimeSignatures(client: MongoClient): void {
  const topology: unknown = Reflect.get(client, 'topology');
  if (typeof topology !== 'object' || topology === null || !('clusterTime' in topology)) {
    throw new Error('the driver keeps its cluster time elsewhere');
  }
  let newest: unknown = topology.clusterTime;
  Object.defineProperty(topology, 'clusterTime', {
    get: () => newest,
    set: (clusterTime: unknown) => {
      copySignature(clusterTime);
      newest = clusterTime;
    },
  });
}

/**
 * Copies the signature within the object, because the driver keeps the same object for the connection and the session.
 */
function copySignature(clusterTime: unknown): void {
  if (typeof clusterTime !== 'object' || clusterTime === null || !('signature' in clusterTime)) return;
  const { signature } = clusterTime;
  if (typeof signature !== 'object' || signature === null || !('hash' in signature)) return;
  const { hash } = signature;
  if (hash instanceof Binary) signature.hash = new Binary(Uint8Array.from(hash.value()), hash.sub_type);
}
