import { Deployment, type DeploymentOptions } from './deployment.ts';
import { MemberServer } from './member-server.ts';

export type { Doc } from './wire-messages.ts';
export type { ScriptedCollection, ScriptedDatabases } from './data.ts';
export type { DeploymentOptions } from './deployment.ts';
export { findOnly, read, readAnyDatabase, refuse, type Script, type ScriptedRequest } from './script.ts';

/** A running scripted deployment, and what a test can do to it. */
export interface ScriptedMongodb extends AsyncDisposable {
  /** A connection string that names every member. */
  readonly uri: string;
  /** `host:port` of every member. */
  readonly hosts: readonly string[];
  readonly deployment: Deployment;
  /** Returns the number of connections that were ever made to each member. */
  connections(): readonly number[];
  /** Returns the number of open cursors on all members. */
  openCursors(): number;
  /** Removes all cursors, as an idle timeout does. */
  forgetCursors(): void;
  /** Makes a member the primary. With -1 no member is the primary. */
  elect(member: number): void;
  /** Closes the connections of a member. The member still accepts new connections. */
  cutConnections(member: number): void;
  /** Ends a member. It does not start again. */
  kill(member: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a deployment that speaks MongoDB's wire protocol over TCP on 127.0.0.1: a standalone server, a replica set, or a
 * sharded cluster's mongos. It answers reads from the data of the test, except where the test's script gives another answer.
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
    connections: () => members.map(({ connections }) => connections),
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
