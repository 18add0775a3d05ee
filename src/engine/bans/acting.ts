import { join } from 'node:path';
import { createLedger, type Ledger } from '../../actions/ledger.ts';
import type { AuditWho } from '../../audit/record.ts';
import { whoIsHere } from '../../audit/who.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Config } from '../../config/schema.ts';
import type { Enricher } from '../../enrichment/enrichment.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { type Audit, audited, createAudit } from '../audit.ts';
import type { Feed } from '../feed/feed.ts';
import { lockedBy } from '../file-lock.ts';
import type { LiveHandlers } from '../handlers.ts';
import type { Notices } from '../notices.ts';
import type { EngineOptions } from '../options.ts';
import { type BanDesk, createBanDesk } from './ban-desk.ts';
import { openBanners } from './ban-ways.ts';
import { guardFacts } from './guard-facts.ts';

/** Files in the state directory. */
export const AUDIT_FILE = 'audit.ndjson';
const LEDGER_FILE = 'bans.json';

/** The ledger of one state directory, which other processes write as well. */
export function openLedger(stateDirectory: string): Ledger {
  const path = join(stateDirectory, LEDGER_FILE);
  return createLedger(path, lockedBy(`${path}.lock`));
}

/** What an engine needs to act, and to write down that it did. */
export interface Acting {
  readonly banDesk: BanDesk;
  readonly audit: Audit;
  /** The handlers for a person, asking for the role first and writing down what was done. */
  audited(handlers: LiveHandlers, person: { readonly who: AuditWho; readonly mayNot: string }): LiveHandlers;
}

export interface ActingParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly enricher: Enricher;
  readonly notices: Notices;
  readonly changed: () => void;
}

/** Bans and the audit log of one engine. What keeps no state (a demo) only says what it would do. */
export function openActing(options: EngineOptions, { config, clock, feed, incidents, enricher, notices, changed }: ActingParts): Acting {
  const { persist, follow, stateDirectory, nobodyMay = '' } = options;
  const notice = (text: string): void => notices.add(text);
  const settings = persist ? config.actions : { ...config.actions, dry_run: true };
  const ledger = persist ? openLedger(stateDirectory) : createLedger(undefined);
  const auditOf = (who: AuditWho): Audit =>
    createAudit({ path: persist ? join(stateDirectory, AUDIT_FILE) : undefined, who, now: clock.now, notice });
  const audit = auditOf(whoIsHere(process.env));
  const banDesk = createBanDesk({
    banners: openBanners({ settings, ledger, clock }),
    feed,
    incidents,
    enricher,
    clock,
    guard: () => guardFacts({ ...config, trusted_proxies: options.trustedProxies }),
    notice,
    changed,
    keepsTime: persist && follow && nobodyMay === '',
  });
  return {
    banDesk,
    audit,
    audited: (handlers, person) => audited(handlers, { audit: auditOf(person.who), incidents, feed, mayNot: person.mayNot }),
  };
}
