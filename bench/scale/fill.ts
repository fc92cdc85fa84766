import Sqlite from 'better-sqlite3';

/** How much is in an installation. */
export interface Amount {
  readonly projects: number;
  /** Of snapshots, and of export jobs. One cluster has `ofOneCluster` of them. */
  readonly rows: number;
  readonly ofOneCluster: number;
}

/** New values of a copied row: SQL in which `n` is the number of the copy. The other columns are copied. */
type Changes = Readonly<Record<string, string>>;

/** A 24-digit id of the copy. @param kind a hex digit for each table, so that no id is there twice. */
const id = (kind: string, n = 'n'): string => `printf('7${kind}%022x', ${n})`;

/**
 * Fills the metadata of a stopped server by copying the rows that it has: one project, cluster, bucket, snapshot and export
 * job. The requests of a client would take hours.
 */
export function fill(databaseFile: string, { projects, rows, ofOneCluster }: Amount): void {
  const database = new Sqlite(databaseFile);
  const copy = (table: string, count: number, changes: Changes): void => {
    const columns = database.pragma(`table_info(${table})`) as { name: string }[];
    const names = columns.map(({ name }) => name);
    const values = names.map((name) => changes[name] ?? `"${name}"`);
    database.exec(`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})
      insert into ${table} (${names.map((name) => `"${name}"`).join()})
      select ${values.join()} from (select * from ${table} limit 1), numbers`);
  };
  database.transaction(() => {
    // Before the clusters and buckets, so that all copies are of the first rows.
    const others = projects - 1;
    const group = `iif(n <= ${ofOneCluster}, group_id, ${id('a', `1 + n % ${others}`)})`;
    const cluster = `iif(n <= ${ofOneCluster}, cluster_id, ${id('b', `1 + n % ${others}`)})`;
    copy('projects', others, { id: id('a'), name: `'project-' || n` });
    copy('clusters', others, { id: id('b'), group_id: id('a') });
    copy('export_buckets', others, { id: id('c'), group_id: id('a') });
    copy('snapshots', rows, { id: id('d'), group_id: group, cluster_id: cluster, requested_at: 'requested_at + n' });
    copy('export_jobs', rows, {
      id: id('e'),
      group_id: group,
      cluster_id: cluster,
      snapshot_id: id('d'),
      created_at: 'created_at + n',
      prefix: `prefix || '-' || n`,
    });
  })();
  database.close();
}
