import { msg } from '../../lang/lang.ts';
import type { Finding } from '../../model/check.ts';
import type { Severity } from '../../model/detection.ts';
import { said } from '../../text/said.ts';
import { createFinding } from '../finding.ts';
import { cweText, familyOfCwe } from '../weakness.ts';

/** One alert of ZAP's, as its API and its report tell it alike. */
export interface ZapAlert {
  readonly rule: string;
  readonly name: string;
  readonly risk: 0 | 1 | 2 | 3;
  /** 0 is a false positive, as a person said in ZAP. */
  readonly confidence: number;
  readonly url: string;
  readonly method: string;
  readonly parameter: string;
  readonly attack: string;
  readonly evidence: string;
  readonly cwe: number;
  readonly solution: string;
  readonly description: string;
}

const SEVERITIES: readonly Severity[] = ['low', 'low', 'medium', 'high'];
const RISKS: readonly string[] = ['Informational', 'Low', 'Medium', 'High'];
const CONFIDENCES: readonly string[] = ['False Positive', 'Low', 'Medium', 'High', 'Confirmed'];

/** The path of an address, without what is only an example of a query. */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}

/** Alerts as findings: one for each rule, path and parameter, however many addresses it was seen on. False positives are left out. */
export function zapFindings(alerts: Iterable<ZapAlert>, place: string): Finding[] {
  const groups = new Map<string, ZapAlert[]>();
  for (const alert of alerts) {
    if (alert.confidence === 0) continue;
    const key = [alert.rule, place, pathOf(alert.url), alert.parameter].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [alert]);
    else if (group.length < 20) group.push(alert);
  }
  return [...groups].flatMap(([key, [first, ...others]]) => (first === undefined ? [] : [findingOf(key, first, { others, place })]));
}

function findingOf(
  key: string,
  alert: ZapAlert,
  { others, place }: { readonly others: readonly ZapAlert[]; readonly place: string },
): Finding {
  const path = pathOf(alert.url);
  const text = alert.solution || alert.description;
  return createFinding({
    key,
    severity: SEVERITIES[alert.risk] ?? 'low',
    title: { text: alert.name },
    subject: [alert.method, path || alert.url].filter((part) => part !== '').join(' '),
    facts: [
      [msg('risk'), `${RISKS[alert.risk]} (${CONFIDENCES[alert.confidence] ?? '?'})`],
      [msg('address'), alert.url],
      [msg('parameter'), alert.parameter],
      [msg('weakness'), cweText(alert.cwe)],
      [msg('attack'), alert.attack],
      [msg('evidence'), alert.evidence],
      [
        msg('seen on'),
        others.length > 0
          ? others
              .map(({ url }) => url)
              .slice(0, 5)
              .join(' ')
          : '',
      ],
    ],
    advice:
      text === ''
        ? said(msg('Look the rule {rule} up in the documentation of ZAP.'), { rule: alert.rule })
        : { text: text.slice(0, 1_000) },
    kind: alert.risk === 0 ? 'other' : 'weakness',
    paths: path === '' ? [] : [path],
    parameter: alert.parameter,
    family: familyOfCwe(alert.cwe),
    place,
  });
}

/** Text without the few tags that ZAP's report puts around it. */
export const withoutTags = (html: string): string =>
  html
    .slice(0, 4_000)
    .replace(/<[a-z/][^<>]{0,40}>/gi, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s{1,100}/g, ' ')
    .trim();

/** `0` to `3`. */
export const riskOf = (number: number): ZapAlert['risk'] => (number >= 3 ? 3 : number === 2 ? 2 : number === 1 ? 1 : 0);

/** A word of the API as its number; 0 for what is not known. */
export const riskNamed = (word: string): ZapAlert['risk'] => riskOf(RISKS.indexOf(word));
export const confidenceNamed = (word: string): number => {
  const at = CONFIDENCES.indexOf(word);
  return at < 0 ? 2 : at;
};
