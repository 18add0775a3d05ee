import { isTold } from '../../checks/compare.ts';
import { keyOf } from '../../incidents/growing.ts';
import { targetOf } from '../../incidents/target.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { msg } from '../../lang/lang.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { CheckName, KeptFinding } from '../../model/check.ts';
import { type RuleInfo, SEVERITIES } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import { isOfChecks } from '../../text/incident-subject.ts';
import { english } from '../../text/said.ts';
import { checkRuleId } from './finding-mutes.ts';

export interface CheckIncidents {
  /** What a run found: what is new and grave opens an incident of its target; what is gone closes it. */
  took(check: CheckName, findings: readonly KeptFinding[], nowMs: number): void;
}

const GRAVE = SEVERITIES.indexOf('high');
const isGrave = ({ finding }: KeptFinding): boolean => SEVERITIES.indexOf(finding.severity) >= GRAVE;
const MOST_AT_ONCE = 40;
const isOpen = (incident: Incident | undefined): boolean => incident !== undefined && incident.state !== 'closed';

/** What an incident of a finding is about: a path of the application, a host that is asked for, or the check itself. */
function groupOf({ check, finding }: KeptFinding): Readonly<Record<string, string>> {
  if (check === 'zap' && finding.paths[0] !== undefined) return { 'cs-uri-stem': finding.paths[0].slice(0, 200) };
  if (check === 'uptime' && URL.canParse(finding.subject)) return { 'cs-host': new URL(finding.subject).host.slice(0, 200) };
  return { check };
}

const ruleOf = ({ check, finding }: KeptFinding): RuleInfo => ({
  id: checkRuleId(check),
  name: `check-${check}`,
  title: english(finding.title),
  description: english(finding.advice),
  severity: finding.severity,
  families: [finding.family ?? 'protocol'],
  techniques: [],
});

const behaviourOf = (kept: KeptFinding, nowMs: number): Behaviour => ({
  key: `check ${kept.check} ${kept.finding.key}`,
  rule: ruleOf(kept),
  success: false,
  group: groupOf(kept),
  startMs: kept.firstMs,
  endMs: nowMs,
  events: 1,
  silent: 1,
  value: 1,
  actors: [],
  actorCount: 0,
  example: kept.finding.subject.slice(0, 120),
  detail: `${kept.finding.subject} (${kept.check})`.slice(0, 300),
});

const MANY_UPDATES = msg('security updates are pending');
const MOST_NAMED = 12;

/** What is told of open findings: one by one; security updates, which come in crowds, together. */
function behavioursOf(open: readonly KeptFinding[], nowMs: number): Behaviour[] {
  const updates = open.filter(({ finding }) => finding.kind === 'security-update');
  const others = open.filter(({ finding }) => finding.kind !== 'security-update').map((kept) => behaviourOf(kept, nowMs));
  const [first] = updates;
  if (first === undefined || updates.length === 1) return [...others, ...updates.map((kept) => behaviourOf(kept, nowMs))];
  const one = behaviourOf(first, nowMs);
  const names = updates.slice(0, MOST_NAMED).map(({ finding }) => finding.subject);
  const more = updates.length > names.length ? `, and ${updates.length - names.length} more` : '';
  return [
    ...others,
    {
      ...one,
      key: `check ${first.check} security updates`,
      rule: { ...one.rule, title: MANY_UPDATES },
      events: updates.length,
      silent: updates.length,
      value: updates.length,
      detail: `${names.join(', ')}${more}`.slice(0, 300),
    },
  ];
}

export function createCheckIncidents({
  incidents,
  tell,
}: {
  readonly incidents: Pick<IncidentTracker, 'of' | 'mark'>;
  readonly tell: (behaviour: Behaviour) => void;
}): CheckIncidents {
  return {
    took(check, findings, nowMs) {
      const grave = findings.filter(isGrave);
      const open = grave.filter(isTold);
      const keyFor = (kept: KeptFinding): string => keyOf('', targetOf(behaviourOf(kept, nowMs)));
      const fresh = open.filter(({ isNew }) => isNew);
      const freshKeys = new Set(fresh.map(keyFor));
      // What lasts keeps its incident open, but never opens it again.
      const lasting = open.filter((kept) => !kept.isNew && (freshKeys.has(keyFor(kept)) || isOpen(incidents.of(keyFor(kept)))));
      for (const behaviour of behavioursOf([...fresh, ...lasting], nowMs).slice(0, MOST_AT_ONCE)) tell(behaviour);
      const held = new Set(open.map(keyFor));
      const gone = grave.filter(({ state, lastMs }) => state === 'gone' && lastMs >= nowMs);
      const muted = grave.filter((kept) => kept.muted !== undefined);
      const over = new Map([
        ...muted.map((kept) => [keyFor(kept), `muted: what ${check} found is known`] as const),
        ...gone.map((kept) => [keyFor(kept), `gone at the last run of ${check}`] as const),
      ]);
      for (const [key, text] of over) {
        const incident = held.has(key) ? undefined : incidents.of(key);
        // An attack on the same path is another matter than the finding that is gone.
        if (incident !== undefined && incident.state !== 'closed' && isOfChecks(incident))
          incidents.mark(incident.id, 'closed', { by: 'secmon', atMs: nowMs, text });
      }
    },
  };
}
