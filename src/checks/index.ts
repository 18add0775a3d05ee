import { createBanditCheck } from './bandit/bandit.ts';
import type { Check } from './check.ts';
import { createFail2banCheck, type Fail2banProbe } from './fail2ban.ts';
import { createOsqueryCheck } from './osquery/osquery.ts';
import type { ChecksSettings } from './settings.ts';
import { createUpdatesCheck } from './updates/updates.ts';
import { createUptimeCheck } from './uptime/uptime.ts';
import { createZapCheck } from './zap/zap.ts';

/** What checks need of their siblings. */
export interface CheckParts {
  readonly fail2ban: Fail2banProbe;
  /** Of cron expressions; UTC where none is given. */
  readonly timeZone?: string | undefined;
}

/** Every check, in the order of the screen: one folder or file and one line. */
export const createChecks = (settings: ChecksSettings, { fail2ban, timeZone }: CheckParts): readonly Check[] => [
  createZapCheck(settings.zap),
  createBanditCheck(settings.bandit),
  createOsqueryCheck(settings.osquery),
  createUpdatesCheck(settings.updates),
  createUptimeCheck(settings.uptime, timeZone),
  createFail2banCheck(settings.fail2ban, fail2ban),
];
