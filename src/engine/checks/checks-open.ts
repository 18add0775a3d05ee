import { randomUUID } from 'node:crypto';
import { createHttpGet } from '../../checks/http-get.ts';
import { createChecks } from '../../checks/index.ts';
import { normalPath } from '../../checks/protected-path.ts';
import { createRunProcess } from '../../checks/run-process.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Config } from '../../config/schema.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { KeptFinding } from '../../model/check.ts';
import { actorOf } from '../../net/address.ts';
import { isKeptByAnother } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import type { EngineOptions } from '../options.ts';
import type { LineOrigin, Processed } from '../pipeline.ts';
import type { Mutes } from '../rules/mutes.ts';
import { type ChecksDesk, createChecksDesk } from './checks.ts';
import { createFail2banProbe } from './checks-fail2ban.ts';
import { createCheckIncidents } from './checks-incidents.ts';
import { createExposures, type Exposures } from './exposures.ts';
import { countMuted, muteOfFinding } from './finding-mutes.ts';
import { inOwnProcess } from './own-process.ts';
import { openAccessWatch } from './watch-list.ts';

/** Checks of one engine, and where they meet what happens. */
export interface EngineChecks {
  readonly desk: ChecksDesk;
  readonly exposures: Exposures;
  /** Every line after it was processed. */
  saw(processed: Processed, origin: Pick<LineOrigin, 'live' | 'sourceName'>): void;
  close(): Promise<void>;
}

export interface EngineCheckParts {
  readonly config: Pick<Config, 'checks' | 'actions'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly incidents: IncidentTracker;
  readonly tell: (behaviour: Behaviour) => void;
  /** Event time, where lines have told one. */
  readonly nowMs: () => number | undefined;
  readonly changed: () => void;
  readonly notice: (text: string) => void;
  readonly mutes: Pick<Mutes, 'set' | 'hides'>;
  /** Everything that is known of a check now. */
  readonly onFindings: (findings: readonly KeptFinding[]) => void;
}

export function openChecks(options: EngineOptions, parts: EngineCheckParts): EngineChecks {
  const { config, store, clock, incidents, tell, changed, notice, mutes } = parts;
  const exposures = createExposures(incidents);
  const opening = createCheckIncidents({ incidents, tell });
  const all = createChecks(config.checks, { fail2ban: createFail2banProbe(config.actions, clock), timeZone: options.timeZone });
  const { checkProgram: program, timeZone } = options;
  const desk = createChecksDesk({
    checks: program === undefined ? all : all.map((check) => inOwnProcess(check, { program, config, clock, timeZone })),
    store,
    clock,
    run: createRunProcess({ clock }),
    get: createHttpGet({ clock }),
    newId: randomUUID,
    timeZone: options.timeZone,
    keepsTime: options.persist && options.follow && !isKeptByAnother(store.memoryOnly),
    changed,
    notice,
    muteOf: (kept) => muteOfFinding(mutes.set, kept),
    onMuted: (kept) => countMuted(mutes, kept),
    onFindings(check, findings) {
      opening.took(check, findings, parts.nowMs() ?? clock.now());
      exposures.set(desk.open());
      parts.onFindings(findings);
    },
  });
  exposures.set(desk.open());
  const settings = config.checks.watch_list;
  const watch = settings && openAccessWatch({ settings, timeZone: options.timeZone, store, clock, tell, nowMs: parts.nowMs });
  return {
    desk,
    exposures,
    saw({ line, detection }, origin) {
      const { address, target } = line.entry;
      watch?.saw(line.entry, origin);
      if (detection === undefined || address === '' || target === '') return;
      exposures.attacked(actorOf(address), normalPath(target), detection.families);
    },
    async close() {
      watch?.close();
      await desk.close();
    },
  };
}
