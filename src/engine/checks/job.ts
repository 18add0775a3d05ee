import type { ActionSettings } from '../../actions/settings.ts';
import type { Check, CheckContext, CheckEvent } from '../../checks/check.ts';
import type { Fail2banProbe } from '../../checks/fail2ban.ts';
import { createChecks } from '../../checks/index.ts';
import type { ChecksSettings } from '../../checks/settings.ts';
import type { Config } from '../../config/schema.ts';
import { language } from '../../lang/lang.ts';
import type { Language } from '../../lang/language.ts';
import type { CheckName } from '../../model/check.ts';
import { createSecret } from '../../settings/secret.ts';
import type { Said } from '../../text/said.ts';

/** One run of a check, as the process that carries it out reads it: the first line of its standard input, as JSON. Holds secrets: never print it. */
export interface CheckJob extends Pick<CheckContext, 'memory' | 'mayAttack' | 'asked'> {
  readonly check: CheckName;
  /** The check's section of the configuration, without its secret. */
  readonly settings: unknown;
  /** The key of ZAP's API. */
  readonly key: string | undefined;
  readonly fail2ban: ActionSettings['fail2ban'];
  readonly language: Language;
  readonly timeZone: string;
}

/** What that process writes, one JSON object a line. */
export type FromCheck =
  | CheckEvent
  /** A tool was started in a process group of its own, or has ended. */
  | { readonly type: 'group'; readonly pid: number; readonly isAlive: boolean }
  | { readonly type: 'end' }
  /** It cannot do its work. */
  | { readonly type: 'problem'; readonly problem: Said };

/** Words on its standard input after the job. Its end says the same as `leave`. */
export const STOP = 'stop';
export const LEAVE = 'leave';

/** What a job takes from the configuration. */
export interface JobConfig {
  readonly config: Pick<Config, 'checks' | 'actions'>;
  readonly timeZone: string;
}

export function packJob(
  name: CheckName,
  { config: { checks, actions }, timeZone }: JobConfig,
  { memory, mayAttack, asked }: Pick<CheckContext, 'memory' | 'mayAttack' | 'asked'>,
): CheckJob {
  const { key, ...zap } = checks.zap ?? {};
  return {
    check: name,
    settings: name === 'zap' ? zap : checks[name],
    key: name === 'zap' ? key?.reveal() : undefined,
    fail2ban: actions.fail2ban,
    memory,
    mayAttack,
    asked,
    language: language(),
    timeZone,
  };
}

/** The check of a job, in the process that carries it out. */
export function checkOfJob({ check, settings, key, timeZone }: CheckJob, fail2ban: Fail2banProbe): Check | undefined {
  const section = key === undefined ? settings : { ...(settings as object), key: createSecret(key) };
  return createChecks({ [check]: section } as ChecksSettings, { fail2ban, timeZone }).find(({ name }) => name === check);
}
