import type { KeptFinding } from '../model/check.ts';

/** What became of a finding of a check. */
export type FindingChange = 'new' | 'changed' | 'gone';

export interface FindingNewsItem {
  readonly kept: KeptFinding;
  readonly change: FindingChange;
  /** What it says now: two texts differ where a reader would act otherwise. */
  readonly gist: string;
}

/** Tells which findings are worth a document of their own. */
export interface FindingNews {
  /** What changed since this was asked last; `findings`: all that is known of one check or of several. */
  of(findings: readonly KeptFinding[]): readonly FindingNewsItem[];
}

/** Counts, durations and shares are another with every run. */
const MEASURE = /^[\d.,:\s]+(?:ms|s|m|min|h|d|%|[kKMG]i?B|B)?$/;

/** Numbers in sentences are left out, too: only their texts are compared. */
const gistOf = ({ severity, title, subject, facts, advice, paths, parameter }: KeptFinding['finding']): string =>
  JSON.stringify([severity, title.text, subject, facts.filter(([, value]) => !MEASURE.test(value)), advice.text, paths, parameter]);

type State = 'open' | 'muted' | 'gone';

const stateOf = ({ state, muted }: KeptFinding): State => (state === 'gone' ? 'gone' : muted === undefined ? 'open' : 'muted');

/**
 * New, another in what it says, gone. What a person has muted tells nobody until it is muted no longer, but that it is gone is told.
 *
 * @param known what was known before: it is no news
 */
export function createFindingNews(known: readonly KeptFinding[]): FindingNews {
  const keyOf = ({ check, finding }: KeptFinding): string => `${check} ${finding.key}`;
  const told = new Map(known.map((kept) => [keyOf(kept), { state: stateOf(kept), gist: gistOf(kept.finding) }]));
  const changeOf = (kept: KeptFinding, gist: string): FindingChange | undefined => {
    const before = told.get(keyOf(kept));
    const state = stateOf(kept);
    if (state === 'gone') return before === undefined || before.state === 'gone' ? undefined : 'gone';
    if (state === 'muted') return undefined;
    if (before?.state !== 'open') return 'new';
    return before.gist === gist ? undefined : 'changed';
  };
  return {
    of(findings) {
      const news = findings.flatMap((kept): FindingNewsItem[] => {
        const gist = gistOf(kept.finding);
        const change = changeOf(kept, gist);
        return change === undefined ? [] : [{ kept, change, gist }];
      });
      // What is not told any more by its check is forgotten here as well.
      const checks = new Set(findings.map(({ check }) => check));
      for (const key of told.keys()) if (checks.has(key.slice(0, key.indexOf(' ')) as KeptFinding['check'])) told.delete(key);
      for (const kept of findings) told.set(keyOf(kept), { state: stateOf(kept), gist: gistOf(kept.finding) });
      return news;
    },
  };
}
