import { t } from '../../lang/lang.ts';
import type { Delivery } from '../../model/alert.ts';
import { spanWords } from '../../text/span-words.ts';

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
  if (timedOut)
    return { ok: false, retryable: true, reason: t('{server} did not finish within {span}', { server, span: spanWords(timeoutMs) }) };
  if (!(error instanceof Error)) return { ok: false, retryable: true, reason: t('{server}: unknown failure', { server }) };
  const { code = '', command = '', response = '', responseCode = 0, message } = error as SmtpError;
  const retryable = responseCode < 500;
  if (code === 'EABORT') return { ok: false, retryable: true, reason: t('interrupted') };
  if (code === 'EAUTH') return { ok: false, retryable: responseCode >= 400 && retryable, reason: loginReason(server, response || message) };
  if (code === 'ETLS' && command === 'STARTTLS' && responseCode > 0) {
    const reason = t(
      '{server} does not offer STARTTLS ({response}): secmon sends nothing unencrypted, use security: tls (port 465) or another server',
      { server, response },
    );
    return { ok: false, retryable, reason };
  }
  if (isCertificateProblem(error)) {
    const reason = t('the certificate of {server} is not trusted ({message}): name its authority in tls.ca if it is your own', {
      server,
      message,
    });
    return { ok: false, retryable: true, reason };
  }
  if (responseCode > 0) return { ok: false, retryable, reason: refusal(command, { server, response }) };
  return { ok: false, retryable: true, reason: `${server}: ${message}` };
}

function loginReason(server: string, answer: string): string {
  return t('{server} refused user and password: {answer}', { server, answer });
}

function refusal(command: string, said: { readonly server: string; readonly response: string }): string {
  if (command.startsWith('RCPT')) return t('{server} refused the recipient: {response}', said);
  if (command.startsWith('MAIL')) return t('{server} refused the sender: {response}', said);
  return command.startsWith('DATA') ? t('{server} refused the message: {response}', said) : t('{server} refused: {response}', said);
}

function isCertificateProblem(error: Error): boolean {
  const cause = error.cause instanceof Error ? error.cause : error;
  const text = `${error.message} ${cause.message} ${(cause as NodeJS.ErrnoException).code ?? ''}`;
  return /certificate|altname|CERT_|SELF_SIGNED|UNABLE_TO_VERIFY/i.test(text);
}
