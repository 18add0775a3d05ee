import { t } from '../../lang/lang.ts';
import type { Secret } from '../../settings/secret.ts';
import { cleanReason } from '../clean-reason.ts';
import type { HttpAnswer } from '../http-request.ts';
import type { Refusal, SendResult } from '../output.ts';
import type { OutputRecord } from '../record.ts';

/** One item of a bulk answer, as far as it matters. */
interface Item {
  readonly status: number;
  readonly reason: string;
}

export interface BulkContext {
  readonly destination: string;
  /** Hidden in whatever is reported. */
  readonly secrets: readonly (Secret | undefined)[];
}

/**
 * What time or the peer's owner can mend: no room (429), a node that starts or stops (5xx), rights, a full disk (403 in older versions) or
 * a data stream (404) that is missing.
 */
const isPassing = (status: number): boolean => [401, 403, 404, 408, 429].includes(status) || status >= 500;
/** `create` with an id that is there already: an earlier try had arrived. */
const CONFLICT = 409;
const MAX_RETRY_AFTER_S = 3_600;

/**
 * What the answer to a bulk request of `create` actions means (Elasticsearch and OpenSearch, "Bulk API"): the request may have failed as
 * a whole, or any item of it under a status of 200.
 */
export function readBulkAnswer(answer: HttpAnswer, records: readonly OutputRecord[], context: BulkContext): SendResult {
  const retry = retryAfter(answer.retryAfter);
  const { destination, secrets } = context;
  if (answer.status !== 200) {
    const said = cleanReason(`${answer.status} ${errorText(parsed(answer.body)) || answer.body.slice(0, 500)}`, secrets);
    return { ok: false, reason: answered(answer.status, { destination, said }), ...retry, tooLarge: answer.status === 413 };
  }
  const items = itemsOf(parsed(answer.body));
  if (items?.length !== records.length || items.some(({ status }) => status < 200))
    return { ok: false, reason: t('{destination} gave no answer to a bulk request: is it Elasticsearch or OpenSearch?', { destination }) };
  const refused: Refusal[] = [];
  const later: OutputRecord[] = [];
  let laterReason = '';
  records.forEach((record, i) => {
    const { status, reason } = items[i] ?? { status: 0, reason: '' };
    if ((status >= 200 && status < 300) || status === CONFLICT) return;
    const said = t('{destination} refused it: {reason}', { destination, reason: cleanReason(`${status} ${reason}`, secrets) });
    if (isPassing(status)) {
      later.push(record);
      laterReason = said;
    } else refused.push({ record, reason: said });
  });
  return { ok: true, refused, ...(later.length === 0 ? {} : { again: { records: later, reason: laterReason, ...retry } }) };
}

/** What a request that failed as a whole was answered, with what to do about it. */
function answered(status: number, said: { readonly destination: string; readonly said: string }): string {
  if (status === 401 || status === 403)
    return t('{destination} answered {said}: see api_key, or user and password, and that they may create documents', said);
  if (status >= 300 && status < 400)
    return t('{destination} answered {said}: secmon follows no redirect, put the final address into url', said);
  return t('{destination} answered {said}', said);
}

/** The items' statuses and reasons; undefined for anything else than a bulk answer. */
function itemsOf(answer: unknown): Item[] | undefined {
  const items = field(answer, 'items');
  if (!Array.isArray(items)) return undefined;
  return items.map((item: unknown) => {
    const created = field(item, 'create');
    const status = field(created, 'status');
    return { status: typeof status === 'number' ? status : 0, reason: errorText(created) };
  });
}

/** `type: reason` of an `error` in an answer, with its cause. */
function errorText(value: unknown): string {
  const error = field(value, 'error');
  if (typeof error === 'string') return error;
  const texts = [field(error, 'type'), field(error, 'reason'), field(field(error, 'caused_by'), 'reason')];
  return texts.filter((text) => typeof text === 'string').join(': ');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfter(value: string | undefined): { readonly retryAfterMs?: number } {
  return value !== undefined && /^\d{1,6}$/.test(value) ? { retryAfterMs: Math.min(Number(value), MAX_RETRY_AFTER_S) * 1_000 } : {};
}
