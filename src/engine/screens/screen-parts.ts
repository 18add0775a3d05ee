import { openEvidenceDesk } from '../evidence/evidence.ts';
import type { InForce } from '../in-force.ts';
import { createWhois } from '../incidents/dossier.ts';
import type { SourceSet } from '../input/source-set.ts';
import type { Known } from '../known.ts';
import type { Outputs } from '../outward/outputs.ts';
import type { ScreenParts } from './screens.ts';

/** What a screen answers from: what is known, and what is in force now. */
export function screenParts(
  { options, acting, rules, alerting, enricher, checks }: InForce,
  { known, sources, outputs }: { readonly known: Known; readonly sources: SourceSet; readonly outputs: Outputs },
): ScreenParts {
  const { clock, store, feed, incidents, statistics, rejected, baseline, notices } = known;
  return {
    handlers: {
      banDesk: acting.banDesk,
      mutes: rules.mutes,
      ruleDesk: rules.desk,
      feed,
      incidents,
      statistics,
      sources,
      rejected,
      baseline,
      alerting,
      outputs,
      evidence: openEvidenceDesk({ options, clock, feed, incidents, sources, whois: createWhois(enricher) }),
      enricher,
      checks,
      now: clock.now,
    },
    muting: { ...rules.parts, incidents, clock, path: options.mutesFile, findingOf: checks.desk.finding },
    snapshot: {
      clock,
      statistics,
      incidents,
      sources,
      notices,
      alerting,
      outputs,
      countryOf: (address) => enricher.about(address).country,
      checks: checks.desk.brief,
      memoryOnly: store.memoryOnly,
    },
    audited: acting.audited,
  };
}
