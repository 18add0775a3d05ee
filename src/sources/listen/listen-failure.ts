import { t } from '../../lang/lang.ts';
import { CertificateError } from '../../net/tls-files.ts';
import { codeOf, messageOf } from '../failure.ts';
import { addressText, type ListenTarget } from './target.ts';

/** Why an address cannot be listened at. */
export interface ListenFailure {
  /** What to do about it, as a sentence. */
  readonly text: string;
  /** It may pass by itself: a port that another program will give back, an address that is not there yet at boot. */
  readonly passes: boolean;
}

export function explainListenFailure(error: unknown, target: ListenTarget): ListenFailure {
  const at = addressText(target);
  const { port, host } = target;
  const passing = (text: string): ListenFailure => ({ text, passes: true });
  const lasting = (text: string): ListenFailure => ({ text, passes: false });
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return passing(t('{at}: another program listens there already (ss -lntup shows which)', { at }));
    case 'EADDRNOTAVAIL':
      return passing(t('{at}: this machine has no address {host}', { at, host }));
    case 'EACCES':
    case 'EPERM':
      return lasting(
        port < 1024
          ? t('{at}: ports below 1024 are for root: take a higher one, such as {port}, and let the sender know', {
              at,
              port: port + 10_000,
            })
          : t('{at}: this user may not listen there', { at }),
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return passing(t('{at}: the name {host} is not known here', { at, host }));
    default:
      return lasting(
        error instanceof CertificateError
          ? `${at}: ${error.message}`
          : t('{at}: cannot listen there: {reason}', { at, reason: messageOf(error) }),
      );
  }
}
