import { createHash } from 'node:crypto';
import { ecsDetection, ecsIncident } from '../ecs/ecs.ts';
import { formatNumber, t } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';
import { words } from './markdown-text.ts';
import { reportPage } from './page.ts';
import type { ReportData, ReportLine } from './report-data.ts';
import type { TarFile } from './tar.ts';
import { ticketMarkdown } from './ticket.ts';

/** What goes into an evidence folder. */
export interface EvidenceInput {
  readonly report: ReportData;
  readonly lines: readonly ReportLine[];
  /** Rules that fired, as JSON, and a person's own rule files as they stand. */
  readonly rules: readonly { readonly name: string; readonly text: string }[];
  /** Settings in force, without secrets; plain JSON. */
  readonly settings: object;
  /** What is not in it, one sentence each. */
  readonly leftOut: readonly string[];
}

const MAX_NAME = 60;

/** A name that no shell, archive or file system takes for something else: letters, digits, dots inside, hyphens. */
export function harmlessName(text: string, fallback = 'unnamed'): string {
  const name = text
    .normalize('NFKD')
    .slice(0, 400)
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, MAX_NAME)
    .replace(/[-.]+$/, '');
  return name === '' ? fallback : name;
}

/** Distinct harmless names for the given texts. */
function namesFor(texts: readonly string[], ending: string): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const text of texts) {
    const base = harmlessName(ending !== '' && text.endsWith(ending) ? text.slice(0, -ending.length) : text);
    let name = `${base}${ending}`;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}-${n}${ending}`;
    taken.add(name.toLowerCase());
    names.set(text, name);
  }
  return names;
}

const file = (path: string, text: string): TarFile => ({ path, content: Buffer.from(text, 'utf8') });
const iso = (ms: number | undefined): string => (ms === undefined ? '-' : new Date(ms).toISOString());

/** Raw lines by source, and an index that tells where each stood. */
function lineFiles(lines: readonly ReportLine[]): TarFile[] {
  const bySource = new Map<string, ReportLine[]>();
  for (const line of lines) {
    const known = bySource.get(line.source);
    if (known) known.push(line);
    else bySource.set(line.source, [line]);
  }
  const names = namesFor([...bySource.keys()], '.log');
  const index = ['file\tline\tsource\tline_in_source\ttime\tsuspicious'];
  const files: TarFile[] = [];
  for (const [source, own] of bySource) {
    const name = names.get(source) ?? 'unnamed.log';
    own.sort((a, b) => a.sequence - b.sequence);
    own.forEach(({ entry, sequence, detection }, i) => {
      index.push([name, i + 1, visible(source).replaceAll('\t', ' '), sequence, iso(entry.timeMs), detection?.severity ?? '-'].join('\t'));
    });
    files.push(file(`lines/${name}`, own.map(({ entry }) => `${entry.raw}\n`).join('')));
  }
  return [...files, file('lines/index.tsv', `${index.join('\n')}\n`)];
}

function ndjson({ lines, report }: EvidenceInput): TarFile[] {
  const detections = lines.flatMap(({ detection, sequence, source }) =>
    detection ? [JSON.stringify(ecsDetection(detection, { sequence, source, fallbackMs: report.createdMs }))] : [],
  );
  const incidents = report.dossiers.map(({ incident }) => JSON.stringify(ecsIncident(incident)));
  const whole = (rows: readonly string[]): string => (rows.length === 0 ? '' : `${rows.join('\n')}\n`);
  return [file('detections.ndjson', whole(detections)), file('incidents.ndjson', whole(incidents))];
}

function readme({ report, lines, leftOut }: EvidenceInput): string {
  const about = {
    version: words(report.version),
    host: words(report.host),
    time: iso(report.createdMs),
    subject: words(report.subject, 300),
  };
  const missing = leftOut.length === 0 ? [t('Nothing was left out at a bound.')] : leftOut;
  const holds: readonly (readonly [file: string, what: string])[] = [
    ['`lines/*.log`', t('the raw lines, one file a source, in the order of the source')],
    ['`lines/index.tsv`', t('for each of them its number in the source, its time (UTC), whether a rule flags it')],
    ['`detections.ndjson`, `incidents.ndjson`', t('what secmon makes of them, in Elastic Common Schema')],
    ['`incident.md`', t('the incident with its timeline, as a ticket (defanged)')],
    ['`report.html`', t('the same to read and print')],
    ['`rules/`', t('the rules that fired')],
    ['`settings.json`', t('version and settings, without secrets')],
    ['`SHA256SUMS`', t('check with `sha256sum -c SHA256SUMS` in this folder')],
  ];
  return [
    `# ${t('Evidence')}`,
    '',
    t('Made by secmon {version} on {host}, {time}, about {subject}.', about),
    '',
    `| ${t('file')} | ${t('holds')} |`,
    '| --- | --- |',
    ...holds.map(([file, what]) => `| ${file} | ${what} |`),
    '',
    t('Lines stand as they were read: without carriage returns at their ends, cut at 64 KiB, bytes that are no UTF-8 replaced (U+FFFD).'),
    t('The logs themselves remain the original; keep them too.'),
    '',
    `## ${t('Left out')}`,
    '',
    ...missing.map((sentence) => `- ${sentence}`),
    '',
    t('{n} lines are in this folder.', { n: formatNumber(lines.length) }),
    '',
  ].join('\n');
}

/** Every file of an evidence folder, `SHA256SUMS` last. */
export function evidenceFiles(input: EvidenceInput): TarFile[] {
  const { report, rules, settings } = input;
  const ruleNames = namesFor(
    rules.map(({ name }) => name),
    '',
  );
  const files = [
    file('README.md', readme(input)),
    ...lineFiles(input.lines),
    ...ndjson(input),
    ...report.dossiers.slice(0, 1).map((dossier) => file('incident.md', ticketMarkdown(dossier, { timeZone: report.timeZone }))),
    file('report.html', reportPage(report)),
    ...rules.map(({ name, text }) => file(`rules/${ruleNames.get(name) ?? 'rule'}`, text)),
    file('settings.json', `${JSON.stringify(settings, null, 2)}\n`),
  ];
  const sums = files.map(({ path, content }) => `${sha256(content)}  ${path}\n`).join('');
  return [...files, file('SHA256SUMS', sums)];
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
