import { hostname } from 'node:os';
import { buildMessage } from '../../alerts/message.ts';
import { decide, isIdle } from '../../alerts/policy/decide.ts';
import { burstMessage, heldMessage, sinceText } from '../../alerts/policy/group-message.ts';
import type { Policy } from '../../alerts/policy/policy.ts';
import { type Effect, type PolicyState, packState, type ReportEffect, type SendEffect, unpackState } from '../../alerts/policy/state.ts';
import type { Subject } from '../../alerts/policy/subject.ts';
import { DIGEST_KEY, HELD_KEY } from '../../alerts/thread.ts';
import type { AuditEvent } from '../../audit/record.ts';
import { t } from '../../lang/lang.ts';
import type { AlertMessage, AlertRecord } from '../../model/alert.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { Entry } from '../../model/entry.ts';
import type { Incident } from '../../model/incident.ts';
import { actorOf } from '../../net/address.ts';
import { isCheckRule, isOfChecks } from '../../text/incident-subject.ts';
import { dateTime } from '../../text/units.ts';
import { createLiveIncidents } from '../incidents/live-incidents.ts';
import type { AlertMode } from '../options.ts';
import type { LineOrigin, Processed } from '../pipeline.ts';
import { alertFacts, type Knowledge } from './alert-about.ts';
import { digestMessage } from './digest.ts';

/** What is decided, with the time; for explanations. */
export interface Decision {
  readonly atMs: number;
  readonly effect: Effect;
  /** What would be sent. */
  readonly message: AlertMessage | undefined;
}

export interface AutoAlertParts {
  readonly policy: Policy;
  readonly mode: AlertMode;
  /** State of an earlier run. */
  readonly kept: unknown;
  readonly knowledge: Omit<Knowledge, 'host'>;
  /** The record of a message for one channel, as the outbox keeps it. */
  readonly recordOf: (message: AlertMessage, channel: string) => readonly AlertRecord[];
  /** Newest first. */
  readonly alerts: () => readonly AlertRecord[];
  /** Messages that stood in for others since this was asked before. */
  readonly standIns: () => readonly { readonly channel: string; readonly atMs: number }[];
  /** The person's names for the network of an address. */
  readonly tagsOf: (actor: string) => readonly string[];
  readonly dropped: () => number;
  readonly auditHead?: () => string;
  readonly timeZone: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  readonly onDecision?: ((decision: Decision) => void) | undefined;
}

/** False for a policy that never sends anything. */
export const saysAnything = ({ rules, digest }: Policy): boolean => rules.length > 0 || digest !== undefined;

/** Alerts without a key press: follows what is live, asks the policy, and makes messages of what it decides. */
export interface AutoAlerts {
  /** A line is about to be processed. */
  before(entry: Entry, origin: LineOrigin): void;
  after(processed: Processed): void;
  behaviour(behaviour: Behaviour): void;
  /** Decides; what comes back belongs into the transaction that keeps the incidents. */
  decide(changed: readonly Incident[], when: { readonly nowMs: number; readonly end?: boolean }): Decided;
  /** Nothing waits for time to pass. */
  readonly idle: boolean;
}

export interface Decided {
  readonly alerts: readonly AlertRecord[];
  readonly kept: readonly (readonly [name: string, value: unknown])[];
  /** Incidents of which the first message goes out. */
  readonly opened: readonly string[];
}

/** Name under which the store keeps the state of the policy. */
export const ALERT_STATE = 'alert-policy';
/** Lines older than this when they are read never alert by themselves. */
export const TOO_OLD_MS = 10 * 60_000;
const NOTHING: Decided = { alerts: [], kept: [], opened: [] };

export function createAutoAlerts(parts: AutoAlertParts): AutoAlerts {
  const { policy, mode, now } = parts;
  const live = createLiveIncidents(policy);
  const asksTags = policy.rules.some(({ when }) => when.tag !== undefined);
  const write = createWriter(parts);
  let state: PolicyState = unpackState(parts.kept);
  let written = '';
  let counts = false;

  /** Incidents of which something is live, or was told. */
  const subjectOf = (incident: Incident): Subject[] => {
    const subject = live.take(incident, asksTags && incident.actor !== '' ? parts.tagsOf(incident.actor) : []);
    if (subject !== undefined) return [subject];
    return state.threads.has(incident.id) || state.pending.has(incident.id) ? [untouched(incident)] : [];
  };
  /** What a decision changes without saying so is found again after a restart. */
  const keep = (happened: boolean): Decided['kept'] => {
    if (!happened && written !== '') return [];
    const packed = packState(state);
    const text = JSON.stringify(packed);
    if (text === written) return [];
    written = text;
    return [[ALERT_STATE, packed]];
  };

  return {
    before({ timeMs }, origin) {
      counts = mode === 'explain' || (origin.live && (mode === 'since-last' || timeMs === undefined || now() - timeMs <= TOO_OLD_MS));
    },
    after({ line, detection }) {
      if (!counts || detection === undefined || line.entry.address === '') return;
      live.detection(actorOf(line.entry.address), detection, { ...line, timeMs: line.entry.timeMs ?? now() });
    },
    behaviour(behaviour) {
      // What a check finds is of now, however old the last line is.
      if (counts || isCheckRule(behaviour.rule.id)) live.behaviour(behaviour);
    },
    decide(changed, { nowMs, end = false }) {
      const subjects = changed.flatMap(subjectOf);
      if (subjects.length === 0 && policy.digest === undefined && isIdle(state)) return NOTHING;
      const decided = decide(state, { subjects, nowMs, end, explain: parts.onDecision !== undefined, others: parts.standIns() }, policy);
      state = decided.state;
      const messages = decided.effects.flatMap((effect) => write(effect, nowMs));
      for (const { effect, message } of messages) parts.onDecision?.({ atMs: nowMs, effect, message });
      return {
        alerts: messages.flatMap(({ channels, message }) =>
          message === undefined ? [] : channels.flatMap((name) => parts.recordOf(message, name)),
        ),
        kept: keep(subjects.length > 0 || decided.effects.length > 0),
        opened: messages.flatMap(({ effect }) => (effect.type === 'send' && effect.kind === 'opened' ? [effect.thread.id] : [])),
      };
    },
    get idle() {
      return isIdle(state);
    },
  };
}

const untouched = (incident: Incident): Subject => ({
  id: incident.id,
  who: incident.actor,
  actor: incident.actor,
  title: incident.title,
  severity: 'low',
  success: false,
  risk: incident.risk,
  families: [],
  outcomes: [],
  tags: [],
  sources: [],
  passed: [],
  state: incident.state,
  live: false,
  added: { detections: 0, successes: 0 },
});

/** An alert that nobody pressed a key for, as the audit log keeps it. */
export const alertEvent = (channel: string, { who, title, thread, failed }: AlertMessage): AuditEvent => ({
  action: 'alert',
  what: who === '' ? title : `${who}: ${title}`,
  result: `${channel}: put into the outbox`,
  why: failed === undefined ? `alerts.policy: ${thread?.kind ?? 'opened'}` : `alerts.fallback: ${failed.channel} failed`,
});

interface Written {
  readonly effect: Effect;
  readonly message: AlertMessage | undefined;
  readonly channels: readonly string[];
}

/** Makes messages of what was decided. Their ids are the same however often they are made: they name what is told, not when. */
function createWriter({ knowledge, policy, timeZone, alerts, dropped, auditHead }: AutoAlertParts) {
  const host = hostname();
  const zoned = (ms: number): string => `${dateTime(ms, timeZone)} ${timeZone}`;

  const about = (effect: SendEffect, createdMs: number): AlertMessage => {
    const { thread, kind, sequence, since, note } = effect;
    const options = {
      id: `${thread.id}-${kind}-${sequence}`,
      createdMs,
      dateTime: zoned,
      origin: host,
      thread: { key: thread.id, sequence, kind },
    };
    const incident = thread.alike === undefined ? knowledge.incidents.byId(thread.id) : undefined;
    const facts =
      incident === undefined || (incident.actor === '' && !isOfChecks(incident))
        ? undefined
        : alertFacts({ kind: 'incident', incidentId: thread.id }, note, { ...knowledge, host });
    if (facts === undefined) return burstMessage(effect, options);
    const message = buildMessage(facts, options);
    const news = sinceText(since);
    return news === '' ? message : { ...message, facts: [[t('Since the last message'), news], ...message.facts] };
  };
  const report = ({ fromMs, toMs }: ReportEffect): AlertMessage | undefined => {
    const parts = { ...knowledge, alerts: alerts(), dropped: dropped(), host, dateTime: zoned, auditHead: auditHead?.() ?? '' };
    const written = digestMessage({ fromMs, toMs }, parts, policy.digest?.empty === true);
    const id = `${DIGEST_KEY}${toMs}`;
    return written && { ...written, id, createdMs: toMs, thread: { key: id, sequence: 0, kind: 'digest' } };
  };

  return (effect: Effect, nowMs: number): Written[] => {
    switch (effect.type) {
      case 'send':
        return [{ effect, message: about(effect, nowMs), channels: [effect.channel] }];
      case 'held': {
        const id = `${HELD_KEY}${effect.overflow.sinceMs}`;
        const thread = { key: id, sequence: 0, kind: 'digest' } as const;
        return [
          {
            effect,
            message: heldMessage(effect, { id, createdMs: nowMs, dateTime: zoned, origin: host, thread }),
            channels: [effect.channel],
          },
        ];
      }
      case 'report':
        return [{ effect, message: report(effect), channels: effect.channels }];
      case 'note':
        return [{ effect, message: undefined, channels: [] }];
    }
  };
}
