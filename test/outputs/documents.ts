import type { Finding, KeptFinding } from '../../src/model/check.ts';
import type { OutputRecord } from '../../src/outputs/record.ts';
import { said } from '../../src/text/said.ts';

/** A finding of ZAP that is open. */
export const keptFinding = (finding: Partial<Finding> = {}, kept: Partial<KeptFinding> = {}): KeptFinding => ({
  check: 'zap',
  state: 'open',
  firstMs: 1_000,
  lastMs: 2_000,
  isNew: false,
  finding: {
    key: 'zap 40018 /item',
    severity: 'high',
    title: said('SQL Injection'),
    subject: 'GET /item',
    facts: [],
    advice: said(''),
    kind: 'weakness',
    paths: [],
    parameter: '',
    family: undefined,
    place: '',
    ...finding,
  },
  ...kept,
});

/** Documents with rising `event.sequence` as secmon writes them; `padding` makes them longer. */
export function documents(count: number, { from = 1, padding = 0 } = {}): OutputRecord[] {
  return Array.from({ length: count }, (_, i) => document(from + i, padding));
}

export function document(sequence: number, padding = 0): OutputRecord {
  const text = JSON.stringify({
    '@timestamp': '2026-03-02T00:00:00.000Z',
    ecs: { version: '8.17.0' },
    event: {
      kind: 'alert',
      dataset: 'secmon.detection',
      severity: 73,
      sequence,
      original: `GET /?q=1' union select ü${'x'.repeat(padding)}`,
    },
    secmon: { outcome: 'answered' },
  });
  return { kind: 'detection', text };
}

/** `event.sequence` of a document as a peer got it. */
export const sequenceOf = (document: unknown): number => (document as { event: { sequence: number } }).event.sequence;

/** What is wrong with the numbers 1 to `count` as they arrived; repeats are allowed where `mayRepeat`. `''` when nothing is. */
export function faultOf(got: readonly number[], count: number, { mayRepeat = false } = {}): string {
  if (!mayRepeat && new Set(got).size !== got.length) return `${got.length - new Set(got).size} came twice`;
  const order = [...new Set(got)];
  const wrong = Array.from({ length: count }, (_, i) => i + 1).find((number, i) => order[i] !== number);
  if (wrong !== undefined) return `instead of ${wrong} came ${order[wrong - 1]} (${order.length} of ${count} came)`;
  return order.length === count ? '' : `${order.length - count} too many came`;
}
