import type { KeptFinding } from '../model/check.ts';
import { SEVERITY_NUMBER } from '../model/detection.ts';
import { english } from '../text/said.ts';
import { ECS_VERSION } from './ecs.ts';
import { OBSERVER } from './observer.ts';

const CATEGORIES: Readonly<Record<KeptFinding['finding']['kind'], readonly string[]>> = {
  weakness: ['vulnerability'],
  'security-update': ['vulnerability', 'package'],
  other: ['host'],
};

/** What became of a finding since it was told last, where it goes out by itself. */
export interface FindingNews {
  readonly id: string;
  readonly change: 'new' | 'changed' | 'gone';
}

/** A finding of a check as one ECS document (`secmon.check`). Absent values are undefined and vanish in JSON. */
export function ecsCheckFinding({ check, finding, state, firstMs, lastMs, isNew, muted }: KeptFinding, news?: FindingNews): object {
  const title = english(finding.title);
  return {
    '@timestamp': new Date(lastMs).toISOString(),
    ecs: { version: ECS_VERSION },
    event: {
      // First, as outputs look for it there.
      id: news?.id,
      kind: state === 'gone' || muted !== undefined ? 'event' : 'alert',
      type: ['info'],
      dataset: 'secmon.check',
      category: check === 'uptime' ? ['web'] : CATEGORIES[finding.kind],
      severity: SEVERITY_NUMBER[finding.severity],
      start: new Date(firstMs).toISOString(),
      end: state === 'gone' ? new Date(lastMs).toISOString() : undefined,
    },
    message: `${title}: ${finding.subject}`,
    url: finding.paths.length === 0 ? undefined : { path: finding.paths[0] },
    rule: { category: finding.family === undefined ? undefined : [finding.family] },
    observer: OBSERVER,
    secmon: {
      check,
      finding: {
        key: finding.key,
        title,
        subject: finding.subject,
        state: news?.change ?? (state === 'gone' ? 'gone' : muted !== undefined ? 'muted' : isNew ? 'new' : 'unchanged'),
        facts: Object.fromEntries(finding.facts),
        parameter: finding.parameter === '' ? undefined : finding.parameter,
        paths: finding.paths.length === 0 ? undefined : finding.paths,
        advice: english(finding.advice) || undefined,
      },
    },
  };
}
