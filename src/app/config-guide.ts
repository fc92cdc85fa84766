import { optionNames, options, type OptionRecord } from './config.ts';

const SECTIONS = {
  both: 'For every command',
  server: 'For `serve` and `init`',
  client: 'For the commands that talk to a server',
} as const;

function flagCell({ flag, isSwitch, placeholder, secret }: OptionRecord<unknown>): string {
  if (flag === undefined) return secret === true ? 'none, it is a secret' : 'none';
  return isSwitch === true ? `\`${flag}\`` : `\`${flag} ${placeholder.replaceAll('|', '\\|')}\``;
}

function row(record: OptionRecord<unknown>): string {
  const standard =
    record.defaultText ??
    (record.default === undefined ? 'none' : `\`${JSON.stringify(record.default).replaceAll('"', '')}\``);
  const cells = [
    flagCell(record),
    `\`${record.env}\``,
    record.fileKey === undefined ? 'none' : `\`${record.fileKey}\``,
    standard,
    record.help,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Generates docs/guides/configuration.md from the option records. */
export function configurationGuide(): string {
  const sections = (['both', 'server', 'client'] as const).map((audience) => {
    const rows = optionNames.map((name) => options[name]).filter((record) => record.for === audience);
    return [
      `## ${SECTIONS[audience]}`,
      '',
      '| flag | environment | key in the file | default | what it is |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map((record) => row(record)),
      '',
    ].join('\n');
  });
  return `# Configuration

\`npm run generate\` makes this page from \`src/app/config.ts\`, and a test fails if the two differ.

Every option can be given in several ways. A flag overrides the environment. The environment overrides the configuration file. The file
overrides the profile, which the commands that talk to a server read. The profile overrides the default. The \`--help\` of a command lists
the flags that it takes: \`init\` takes those of the data directory and the address.

- An empty value is an error, also of a variable that begins with \`LONGSHORE_\`, because nobody should get a default by mistake. Leave the option out
  instead.
- Of a flag that is given twice, the last one counts.
- A relative path begins at the working directory, also in the configuration file.
- The configuration file is a JSON object, such as \`{"port": 9090, "logLevel": "warn", "mongodbHosts": "db1.example.org,db2.example.org"}\`. Its values
  are written as those of the flags, and \`--stand-in\` is \`"on"\` there and in the environment. An unknown key is an error.
- The server warns of variables that begin with \`LONGSHORE_\` and name no option, and of options of a store that it does not use.
- Secrets have no flag, because the list of processes shows flags. A file with a secret must be readable by its owner only (mode 0600).

${sections.join('\n')}
## Files in the data directory

| name | what it is |
| --- | --- |
| \`metadata.sqlite\` | projects, keys, roles, clusters, buckets, jobs |
| \`encryption.key\` | the key that encrypts stored secrets, mode 0600; keep a copy elsewhere, because API keys and connection strings cannot be read without it |
| \`profile.json\` | URL, project and API key of the first start, mode 0600, for the commands that talk to a server |
| \`repository/\` | snapshots: their blocks and manifests |
| \`buckets/\` | local export buckets of AWS, one directory each |
| \`azure-containers/\` | local containers of Azure, one directory each in a directory of their storage account |
| \`gcp-buckets/\` | local export buckets of Google Cloud, one directory each |
| \`uploads/\` | archives that were sent and wait for their snapshots |
| \`spool/\` | archives while they are unpacked; a start empties it |
| \`good-blocks\` | names of blocks in which a check found nothing, so that the first snapshot after a start need not check them again; may be removed |
| \`stand-in.json\` | marks the data of a stand-in, and keeps its time |
| \`atlas.env\` | address, key and ids of a stand-in for Atlas's clients, mode 0600 |
| \`lock.sqlite\` | the lock of the running server, because no second one may use the directory |
| \`removals.sqlite\` | the lock that a collection of garbage and a backup take in turn, because nothing may leave the repository while it is copied |
`;
}
