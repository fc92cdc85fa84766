import type { DrillReport } from './documents.ts';
import { toSecond } from './to-second.ts';

/** A report with what an auditor needs to check it. */
export interface SignedReport {
  readonly report: DrillReport;
  /** Base64. */
  readonly signature: string;
  /** PEM. */
  readonly publicKey: string;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  passed: 'Passed: the export can be restored, and holds what the snapshot held.',
  failed: 'Failed: the export cannot be restored as the snapshot was.',
  notRun: 'Not run: the bucket or the scratch cluster could not be used, so nothing is known of the export.',
};

const PROOFS: Readonly<Record<string, string>> = {
  equal: 'equal',
  values: 'equal in number; the snapshot names values that Extended JSON cannot show',
  different: 'different',
  damaged: 'damaged',
  counted: 'counted; the snapshot does not exist any more',
};

const STYLE = `body{font:14px/1.45 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111}
h1{font-size:1.5em}table{border-collapse:collapse;width:100%;margin:1em 0}
th,td{border:1px solid #999;padding:.3em .5em;text-align:left;vertical-align:top}
thead{display:table-header-group}tr{break-inside:avoid}
code,pre{font:12px/1.4 monospace;overflow-wrap:anywhere;white-space:pre-wrap}
.outcome{border:2px solid;padding:.5em 1em;font-weight:bold}
@page{margin:2cm}@media print{body{margin:0;max-width:none}}`;

/** Makes a page of a report to print. It loads nothing and runs nothing, and every text of the report is escaped. */
export function reportPage({ report, signature, publicKey }: SignedReport): string {
  const { export: exported, snapshot, target } = report;
  const facts = [
    ['Cluster', `${report.clusterName} in project ${report.groupId}`],
    ['Drill', report.drillId],
    ['Export', `${exported.id} of ${toSecond(exported.createdAt)}`],
    ['Place', `${exported.bucketName}/${exported.prefix}`],
    ['Snapshot', `${snapshot.id}${snapshot.takenAt === undefined ? '' : ` of ${toSecond(snapshot.takenAt)}`}`],
    ['Compared with the snapshot', snapshot.compared ? 'yes' : 'no'],
    [
      'Restored to',
      target === undefined
        ? 'nothing; decoded, counted and hashed'
        : `${target.clusterName}, databases whose names begin with ${target.databasePrefix}`,
    ],
    [
      'Time',
      `${toSecond(report.startedAt)} to ${toSecond(report.finishedAt)} (${(report.durationMs / 1000).toFixed(1)} s)`,
    ],
    ['Documents', String(report.totals.documents)],
    ['Made by', report.product],
  ] as const;
  const problems = [...report.problems, ...(report.reason === undefined ? [] : [report.reason.message])];
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Restore drill of ${escape(report.clusterName)}, ${escape(toSecond(report.finishedAt))}</title><style>${STYLE}</style></head><body>
<h1>Restore drill of ${escape(report.clusterName)}</h1>
<p class="outcome">${escape(OUTCOMES[report.outcome] ?? report.outcome)}</p>
<table><tbody>${facts.map(([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(value)}</td></tr>`).join('')}</tbody></table>
${problems.length === 0 ? '' : `<h2>Problems</h2><ul>${problems.map((each) => `<li>${escape(each)}</li>`).join('')}</ul>`}
<h2>Collections</h2>
<table><thead><tr><th>Collection</th><th>Result</th><th>Documents</th><th>Hash</th></tr></thead><tbody>
${report.collections.map(collectionRow).join('\n')}
</tbody></table>
<p>Hash: ${escape(report.hash)}. Every object was compared with the SHA-256 of the manifest while it was read.</p>
<h2>Signature</h2>
<p>Ed25519 over the UTF-8 text of the report, which <code>longshore drill show --report FILE</code> writes.</p>
<pre>${escape(signature)}</pre><pre>${escape(publicKey)}</pre>
</body></html>
`;
}

function collectionRow(each: DrillReport['collections'][number]): string {
  const documents = sides(each.documents?.toString(), each.snapshotDocuments?.toString());
  const cells = [`${each.database}.${each.name}`, PROOFS[each.proof] ?? each.proof, documents];
  const hash = `<td><code>${escape(sides(each.hash, each.snapshotHash))}</code></td>`;
  return `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}${hash}</tr>`;
}

/** One value, or both sides if they differ. */
function sides(found: string | undefined, expected: string | undefined): string {
  if (expected === undefined || expected === found) return found ?? 'unknown';
  return `${found ?? 'unknown'} (snapshot: ${expected})`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
