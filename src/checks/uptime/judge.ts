import { msg } from '../../lang/lang.ts';
import type { Finding, Measure } from '../../model/check.ts';
import type { Severity } from '../../model/detection.ts';
import { type Said, said } from '../../text/said.ts';
import { duration } from '../../text/units.ts';
import { createFinding } from '../finding.ts';
import { type HttpAnswer, HttpGetError } from '../http-get.ts';
import type { Expected } from './address.ts';

/** What came of asking once. */
export interface Judged {
  readonly isGood: boolean;
  /** In one sentence. */
  readonly now: Said;
  readonly tookMs: number;
  readonly certificate: HttpAnswer['certificate'];
}

const DAY_MS = 86_400_000;
const URGENT_DAYS = 3;

/** Whether an answer is as it should be. */
export function judgeAnswer(answer: HttpAnswer, expected: Expected): Judged {
  const { status, body, tookMs, certificate, location, isCut } = answer;
  const bad = (now: Said): Judged => ({ isGood: false, now, tookMs, certificate });
  const took = tookMs < 10_000 ? `${Math.round(tookMs)} ms` : duration(tookMs);
  if (status !== expected.status)
    return status >= 300 && status < 400 && location !== ''
      ? bad(said(msg('answers {status} and sends to {location}'), { status, location: location.slice(0, 200) }))
      : bad(said(msg('answers {status} instead of {expected}'), { status, expected: expected.status }));
  if (certificate !== undefined && certificate.problem !== '')
    return bad(said(msg('its certificate is not trusted: {problem}'), { problem: certificate.problem.slice(0, 200) }));
  if (expected.contains !== undefined && !body.includes(expected.contains))
    return isCut
      ? bad(said(msg('the first MiB does not hold "{text}"'), { text: expected.contains }))
      : bad(said(msg('the answer does not hold "{text}"'), { text: expected.contains }));
  if (tookMs > expected.slowMs) return bad(said(msg('answers after {time}, which is too slow'), { time: took }));
  return { isGood: true, now: said(msg('answers {status} in {time}'), { status, time: took }), tookMs, certificate };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: msg('refuses the connection: nothing listens there'),
  ENOTFOUND: msg('its name has no address'),
  EAI_AGAIN: msg('its name cannot be looked up: the resolver does not answer'),
  ECONNRESET: msg('hangs up in the middle'),
  EHOSTUNREACH: msg('cannot be reached: there is no way to the host'),
  ENETUNREACH: msg('cannot be reached: there is no way to the network'),
  ETIMEDOUT: msg('does not answer within {time}'),
};

/** Why there was no answer. */
export function judgeFailure(error: unknown, { slowMs }: Expected): Judged {
  const code = error instanceof HttpGetError ? error.code : '';
  const known = REASONS[code];
  const reason = error instanceof Error ? error.message.slice(0, 200) : String(error);
  const now = known === undefined ? said(msg('cannot be asked: {reason}'), { reason }) : said(known, { time: duration(slowMs) });
  return { isGood: false, now, tookMs: -1, certificate: undefined };
}

/** The finding of an address that does not answer as it should; undefined when it does. */
export function outage(expected: Expected, judged: Judged, failures: number): Finding | undefined {
  if (judged.isGood) return undefined;
  const isIncident = failures >= expected.failures;
  return createFinding({
    // What is an incident now was another thing as a warning.
    key: `${isIncident ? 'down' : 'unsteady'} ${expected.url}`,
    severity: isIncident ? 'high' : 'medium',
    title: isIncident ? said(msg('does not answer as it should')) : said(msg('did not answer as it should')),
    subject: expected.url,
    facts: [[msg('failures in a row'), String(failures)]],
    advice: judged.now,
    place: expected.url,
  });
}

/** The finding of a certificate that has ended or soon will; undefined while there is time. */
export function certificateFinding({ url, certificateDays }: Expected, judged: Judged, nowMs: number): Finding | undefined {
  const validToMs = judged.certificate?.validToMs;
  if (validToMs === undefined) return undefined;
  const left = Math.floor((validToMs - nowMs) / DAY_MS);
  if (left >= certificateDays) return undefined;
  const isUrgent = left < URGENT_DAYS;
  const severity: Severity = isUrgent ? 'high' : 'medium';
  return createFinding({
    key: `${isUrgent ? 'certificate ends' : 'certificate'} ${url}`,
    severity,
    title: left < 0 ? said(msg('its certificate has ended')) : said(msg('its certificate ends soon')),
    subject: url,
    facts: [
      [msg('ends'), new Date(validToMs).toISOString()],
      [msg('days left'), String(left)],
    ],
    advice: said(msg('Renew it, and see why the renewal did not run by itself.')),
    place: url,
  });
}

/** The line with its sparkline. */
export const measureOf = (url: string, judged: Judged, values: readonly number[], nowMs: number): Measure => ({
  name: url,
  now: withCertificate(judged, nowMs),
  isBad: !judged.isGood,
  values,
});

function withCertificate({ now, certificate }: Judged, nowMs: number): Said {
  if (certificate?.validToMs === undefined || now.text !== 'answers {status} in {time}') return now;
  const days = Math.floor((certificate.validToMs - nowMs) / DAY_MS);
  return said(msg('answers {status} in {time}, certificate {days} d'), { ...now.values, days });
}
