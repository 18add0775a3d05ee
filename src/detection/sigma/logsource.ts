import type { EntryKind } from '../../model/entry.ts';

/** The three words of a rule's log source; `''` when not given. */
export interface LogSource {
  readonly category: string;
  readonly product: string;
  readonly service: string;
}

const WEB: readonly EntryKind[] = ['http'];
const WEB_AND_ERRORS: readonly EntryKind[] = ['http', 'web-error'];
const APPLICATION: readonly EntryKind[] = ['application', 'plain', 'web-error'];

/**
 * Kinds for a rule that flags lines by itself: an error log tells requests, too, and sometimes it is the only log there is. What correlations count is left
 * to the access log, or every request would count twice.
 */
export const flaggedKinds = (kinds: readonly EntryKind[]): readonly EntryKind[] => (kinds === WEB ? WEB_AND_ERRORS : kinds);

/** Kinds of entries that a log source means, or undefined for one that no entry comes from. */
export function kindsOf({ category, product, service }: LogSource): readonly EntryKind[] | undefined {
  if (category === 'webserver' || category === 'proxy') return WEB;
  if (category === 'application') return APPLICATION;
  if (category !== '') return undefined;
  if (product === 'nginx' || product === 'apache') return service === 'error' ? ['web-error'] : ['http', 'web-error'];
  if (product === 'linux')
    return service === 'sshd' || service === 'auth' ? ['sshd'] : service === '' || service === 'syslog' ? ['sshd', 'plain'] : undefined;
  if (product === 'osquery') return ['application'];
  if (product === 'fail2ban' || service === 'fail2ban') return ['fail2ban'];
  if (product === 'secmon') return ['http', 'web-error', 'sshd', 'fail2ban', 'application', 'plain'];
  return undefined;
}
