import { Deployment, type DeploymentOptions } from './deployment.ts';
import { MemberServer } from './member-server.ts';

export type { Doc } from './wire-messages.ts';
export type { ScriptedCollection, ScriptedDatabases } from './data.ts';
export type { DeploymentOptions } from './deployment.ts';
export { findOnly, read, readAnyDatabase, refuse, type Script, type ScriptedRequest } from './script.ts';

/** A running scripted deployment, in the hands of a test. */
export interface ScriptedMongodb extends AsyncDisposable {
  /** A connection string that names every member. */
  readonly uri: string;
  /** `host:port` of every member. */
  readonly hosts: readonly string[];
  readonly deployment: Deployment;
  /** How many cursors are open on all members together. */
  openCursors(): number;
  /** Forgets every cursor, as an idle timeout does. */
  forgetCursors(): void;
  /** Another member becomes primary, or none for -1. */
  elect(member: number): void;
  /** Closes the connections of a member, which goes on listening. */
  cutConnections(member: number): void;
  /** Ends a member for good. */
  kill(member: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a deployment that speaks MongoDB's wire protocol over TCP on 127.0.0.1: a standalone server, a replica set, or a
 * sharded cluster's mongos. It serves reads of what a test gives it, and does what the test's script says.
 */
export async function startScriptedMongodb(options: DeploymentOptions = {}): Promise<ScriptedMongodb> {
  const deployment = new Deployment(options);
  const count = options.topology === 'standalone' || options.topology === undefined ? 1 : (options.members ?? 3);
  const members = Array.from({ length: count }, (_, index) => new MemberServer(index, deployment));
  await Promise.all(members.map((member) => member.start()));
  const hosts = members.map(({ host }) => host);
  deployment.hosts = hosts;
  const query = deployment.topology === 'replicaSet' ? '?replicaSet=rs0' : '';
  const stop = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.stop()));
  };
  const at = (index: number): MemberServer => {
    const member = members[index];
    if (member === undefined) throw new Error(`there is no member ${index}`);
    return member;
  };
  return {
    uri: `mongodb://${hosts.join(',')}/${query}`,
    hosts,
    deployment,
    openCursors: () => members.reduce((sum, { cursors }) => sum + cursors.size, 0),
    forgetCursors: () => {
      for (const { cursors } of members) cursors.clear();
    },
    elect: (member) => {
      deployment.primary = member;
    },
    cutConnections: (member) => at(member).cutConnections(),
    kill: (member) => at(member).stop(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
