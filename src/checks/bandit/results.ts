import { createHash } from 'node:crypto';
import { msg } from '../../lang/lang.ts';
import type { Finding } from '../../model/check.ts';
import type { Severity } from '../../model/detection.ts';
import { said } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import { createFinding } from '../finding.ts';
import { fieldsOf, listOf, parseJson, textOf } from '../json.ts';
import { cweText, familyOfCwe } from '../weakness.ts';
import type { Routes } from './routes.ts';

const SEVERITIES: Readonly<Record<string, Severity>> = { LOW: 'low', MEDIUM: 'medium', HIGH: 'high' };
const MOST_FINDINGS = 5_000;

/** CWE of tests, for versions of bandit before 1.7.3, which do not tell it (https://bandit.readthedocs.io/en/latest/plugins/). */
const CWES: Readonly<Record<string, number>> = {
  B102: 78,
  B201: 94,
  B301: 502,
  B302: 502,
  B307: 78,
  B506: 20,
  B602: 78,
  B603: 78,
  B604: 78,
  B605: 78,
  B606: 78,
  B607: 78,
  B608: 89,
  B609: 78,
  B610: 89,
  B611: 89,
  B701: 79,
  B702: 79,
  B703: 79,
};

export interface BanditResults {
  readonly findings: readonly Finding[];
  /** Files that could not be looked at, with the reason. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly isCut: boolean;
  /** Files that were looked at; undefined where that is not told. */
  readonly files: number | undefined;
}

export interface ResultsOptions {
  /** For sentences: the program or the report's path. */
  readonly from: string;
  readonly isCut?: boolean;
  readonly place: string;
  readonly routes: Routes;
}

/** Reads bandit's JSON (its formatter `json`). Throws a sentence for anything else. */
export async function readResults(text: string, { from, isCut = false, place, routes }: ResultsOptions): Promise<BanditResults> {
  const fields = fieldsOf(parseJson(text, { from, isCut }));
  if (!Array.isArray(fields['results'])) throw cannotDo(msg('{from} gave JSON that is none of bandit: it has no "results".'), { from });
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  for (const result of fields['results'].slice(0, MOST_FINDINGS)) {
    const finding = await findingOf(fieldsOf(result), { place, routes });
    // The same code twice in one file: told apart by its number.
    const times = (seen.get(finding.key) ?? 0) + 1;
    seen.set(finding.key, times);
    findings.push(times === 1 ? finding : { ...finding, key: `${finding.key} ${times}` });
  }
  const skipped = listOf(fields['errors']).map((error) => ({
    file: textOf(fieldsOf(error)['filename']),
    reason: textOf(fieldsOf(error)['reason']),
  }));
  return { findings, skipped, isCut: fields['results'].length > MOST_FINDINGS, files: filesIn(fieldsOf(fields['metrics'])) };
}

/** Its metrics have a member for each file, and one for all. */
const filesIn = (metrics: Readonly<Record<string, unknown>>): number | undefined =>
  metrics['_totals'] === undefined ? undefined : Object.keys(metrics).length - 1;

/** The line itself, without the numbers that bandit writes before each. */
function codeOf(code: string, line: number): string {
  const own = code.split('\n').find((one) => one.startsWith(`${line} `));
  return (own ?? code).replace(/^\d{1,9} /, '').trim();
}

async function findingOf(
  result: Readonly<Record<string, unknown>>,
  { place, routes }: Pick<ResultsOptions, 'place' | 'routes'>,
): Promise<Finding> {
  const text = (name: string): string => textOf(result[name]);
  const file = text('filename');
  const line = Number(text('line_number'));
  const test = text('test_id');
  const code = codeOf(text('code'), line);
  const cwe = Number(textOf(fieldsOf(result['issue_cwe'])['id'])) || (CWES[test] ?? 0);
  const paths = await routes.at(file, line);
  return createFinding({
    // Without the line's number: it moves whenever something above it changes.
    key: `${test} ${file.slice(-200)} ${createHash('sha256').update(code).digest('hex').slice(0, 16)}`,
    severity: SEVERITIES[text('issue_severity')] ?? 'low',
    title: { text: text('issue_text').slice(0, 300) || test },
    subject: `${file}:${line}`.slice(-300),
    facts: [
      [msg('confidence'), text('issue_confidence').toLowerCase()],
      [msg('rule'), `${test} ${text('test_name')}`.trim()],
      [msg('weakness'), cweText(cwe)],
      [msg('code'), code],
      [msg('answers'), paths.join(' ')],
      [msg('more'), text('more_info')],
    ],
    advice: said(msg('Change the code, or mark the line with "# nosec {rule}" where it is meant so.'), { rule: test }),
    kind: 'weakness',
    paths: [...paths],
    family: familyOfCwe(cwe),
    place,
  });
}
