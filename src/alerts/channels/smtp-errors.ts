import type { Delivery } from '../../model/alert.ts';
import { duration } from '../../text/units.ts';

interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

interface Circumstances {
  readonly server: string;
  readonly timedOut: boolean;
  readonly timeoutMs: number;
}

/**
 * What a failed mail means: a 5xx answer (RFC 5321, 4.2.1), a refused login and a missing STARTTLS stay wrong until a person changes
 * something; a 4xx answer, a lost connection and a silent server may pass. The reason is not yet redacted.
 */
export function classifySmtpError(error: unknown, { server, timedOut, timeoutMs }: Circumstances): Delivery {
  if (timedOut) return { ok: false, retryable: true, reason: `${server} did not finish within ${duration(timeoutMs)}` };
  if (!(error instanceof Error)) return { ok: false, retryable: true, reason: `${server}: unknown failure` };
  const { code = '', command = '', response = '', responseCode = 0, message } = error as SmtpError;
  const retryable = responseCode < 500;
  if (code === 'EABORT') return { ok: false, retryable: true, reason: 'interrupted' };
  if (code === 'EAUTH') return { ok: false, retryable: responseCode >= 400 && retryable, reason: loginReason(server, response || message) };
  if (code === 'ETLS' && command === 'STARTTLS' && responseCode > 0) {
    const advice = 'secmon sends nothing unencrypted, use security: tls (port 465) or another server';
    return { ok: false, retryable, reason: `${server} does not offer STARTTLS (${response}): ${advice}` };
  }
  if (isCertificateProblem(error)) {
    const advice = 'name its authority in tls.ca if it is your own';
    return { ok: false, retryable: true, reason: `the certificate of ${server} is not trusted (${message}): ${advice}` };
  }
  if (responseCode > 0) return { ok: false, retryable, reason: `${server} refused${subject(command)}: ${response}` };
  return { ok: false, retryable: true, reason: `${server}: ${message}` };
}

function loginReason(server: string, answer: string): string {
  return `${server} refused user and password: ${answer}`;
}

function subject(command: string): string {
  if (command.startsWith('RCPT')) return ' the recipient';
  if (command.startsWith('MAIL')) return ' the sender';
  return command.startsWith('DATA') ? ' the message' : '';
}

function isCertificateProblem(error: Error): boolean {
  const cause = error.cause instanceof Error ? error.cause : error;
  const text = `${error.message} ${cause.message} ${(cause as NodeJS.ErrnoException).code ?? ''}`;
  return /certificate|altname|CERT_|SELF_SIGNED|UNABLE_TO_VERIFY/i.test(text);
}
