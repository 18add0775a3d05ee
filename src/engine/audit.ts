import { actionText } from '../actions/sentences.ts';
import { type AuditLog, createAuditLog } from '../audit/audit-log.ts';
import type { AuditEvent, AuditWho } from '../audit/record.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import { t } from '../lang/lang.ts';
import type { AlertTarget } from '../model/alert.ts';
import type { BanResult } from '../model/ban.ts';
import { keptSubject } from '../text/incident-subject.ts';
import type { Feed } from './feed/feed.ts';
import { lockedBy } from './file-lock.ts';
import type { LiveHandlers } from './handlers.ts';
import type { Protocol } from './protocol.ts';

/** Where an engine writes down what was done. */
export interface Audit {
  /** Never throws: that the log cannot be written is told once in a notice. */
  record(...events: readonly AuditEvent[]): void;
  /** `17:9f86d0…` for digests; `''` where there is no log, or nothing in it. */
  head(): string;
}

export interface AuditParts {
  /** Undefined keeps no log. */
  readonly path: string | undefined;
  readonly who: AuditWho;
  readonly now: () => number;
  readonly notice: (text: string) => void;
}

/** The log of one state directory, which other processes append to as well. */
export function openAuditLog(path: string, { who, now }: Pick<AuditParts, 'who' | 'now'>): AuditLog {
  return createAuditLog({ path, who, now, locked: lockedBy(`${path}.lock`) });
}

export function createAudit({ path, who, now, notice }: AuditParts): Audit {
  const log = path === undefined ? undefined : openAuditLog(path, { who, now });
  let told = false;
  const guarded = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      if (!told) notice(t('the audit log cannot be written: {reason}', { reason: error instanceof Error ? error.message : String(error) }));
      told = true;
      return otherwise;
    }
  };
  return {
    record(...events) {
      for (const event of events) guarded(() => void log?.append(event), undefined);
    },
    head: () => guarded(() => log?.head() ?? '', ''),
  };
}

export interface AuditedParts {
  readonly audit: Audit;
  readonly incidents: IncidentTracker;
  readonly feed: Feed;
  /** `''` for an operator; else why this person may not act, a sentence. */
  readonly mayNot: string;
}

type Name = keyof LiveHandlers;
type Request<C extends Name> = Protocol[C]['request'];
type Reply<C extends Name> = Protocol[C]['reply'];

/** Written down in English, then said in the language of the screen. */
const said =
  <R>(handler: (request: R) => Promise<readonly BanResult[]>) =>
  async (request: R): Promise<readonly BanResult[]> =>
    (await handler(request)).map((result) => ({ ...result, text: actionText(result.text) }));

const evidenceEvent = (what: string, sha256: string): AuditEvent => ({
  action: 'evidence',
  what,
  result: `taken, sha256 ${sha256}`,
  why: '',
});

/** What viewers may not do. */
const OPERATORS_ONLY: readonly Name[] = [
  'ban.run',
  'ban.end',
  'incident.mark',
  'mute.write',
  'mute.remove',
  'rule.change',
  'rule.restore',
  'check.run',
  'check.stop',
];

/** The same handlers, which ask for the role first and write down what was done. */
export function audited(handlers: LiveHandlers, { audit, incidents, feed, mayNot }: AuditedParts): LiveHandlers {
  const nameOf = (target: AlertTarget): string => {
    if (target.kind === 'address') return target.address;
    if (target.kind === 'entry') return feed.get(target.rowId)?.entry.address || `line ${target.rowId}`;
    return incidentName(target.incidentId);
  };
  const incidentName = (id: string): string => {
    const incident = incidents.byId(id);
    return incident === undefined ? `incident ${id}` : `${keptSubject(incident)}: ${incident.title} (${id})`;
  };
  const wrap =
    <C extends Name>(
      command: C,
      events: (request: Request<C>, reply: Reply<C>) => readonly AuditEvent[],
    ): ((request: Request<C>) => Promise<Reply<C>>) =>
    async (request) => {
      if (mayNot !== '' && OPERATORS_ONLY.includes(command)) {
        audit.record({ action: 'refused', what: command, result: mayNot, why: '' });
        throw new Error(mayNot);
      }
      const handler = handlers[command] as (request: Request<C>) => Reply<C> | Promise<Reply<C>>;
      const reply = await handler(request);
      audit.record(...events(request, reply));
      return reply;
    };
  return {
    ...handlers,
    'alert.send': wrap('alert.send', ({ target, note }, results) =>
      results.map(({ channel, delivery, waiting }) => {
        const said = delivery.ok ? delivery.reply : delivery.reason;
        const result = `${channel}: ${delivery.ok ? 'accepted' : waiting ? 'waits' : 'failed'}: ${said}`;
        return { action: 'alert', what: nameOf(target), result, why: note };
      }),
    ),
    'ban.run': said(
      wrap('ban.run', ({ target, banner, seconds, word }, results) =>
        results.map(({ subject, ok, text }) => ({
          action: 'ban',
          what: subject,
          result: `${ok ? '' : 'not done: '}${text}`,
          why: [nameOf(target), banner, `${seconds} s`, word === '' ? '' : `forced with "${word}"`]
            .filter((part) => part !== '')
            .join(', '),
        })),
      ),
    ),
    'ban.end': said(
      wrap('ban.end', ({ banner }, results) =>
        results.map(({ subject, ok, text }) => ({
          action: 'unban',
          what: subject,
          result: `${ok ? '' : 'not done: '}${text}`,
          why: banner,
        })),
      ),
    ),
    'incident.mark': wrap('incident.mark', ({ incidentId, state, note }, known) =>
      known ? [{ action: 'mark', what: incidentName(incidentId), result: `is ${state}`, why: note }] : [],
    ),
    'mute.write': wrap('mute.write', (_, { id, title, file }) => [
      { action: 'mute', what: title, result: `mute ${id} written to ${file}`, why: '' },
    ]),
    'mute.remove': wrap('mute.remove', ({ id }, done) =>
      done ? [{ action: 'unmute', what: `mute ${id}`, result: 'taken back', why: '' }] : [],
    ),
    'check.run': wrap('check.run', ({ name, attack }, begun) =>
      begun ? [{ action: 'check', what: name, result: attack ? 'begun, with attacks on its target' : 'begun', why: '' }] : [],
    ),
    'check.stop': wrap('check.stop', ({ name }, done) => (done ? [{ action: 'check', what: name, result: 'stopped', why: '' }] : [])),
    evidence: wrap('evidence', ({ target }, { sha256 }) => [evidenceEvent(nameOf(target), sha256)]),
    'evidence.pack': wrap('evidence.pack', ({ target }, { sha256 }) => [evidenceEvent(nameOf(target), sha256)]),
    'rule.change': wrap('rule.change', ({ ruleId, text }, { words }) => [{ action: 'rule', what: ruleId, result: words, why: text }]),
    'rule.restore': wrap('rule.restore', ({ changeId }, done) =>
      done ? [{ action: 'rule', what: `change ${changeId}`, result: 'taken back', why: '' }] : [],
    ),
  };
}
