import type { Clock } from '../clock/clock.ts';
import { duration } from '../text/units.ts';
import type { Banner, CurrentBan } from './banner.ts';
import { asList, field } from './json-field.ts';
import { BanError, type BanSubject } from './subject.ts';

/** The part of a secret that is needed here. */
interface Token {
  reveal(): string;
}

export interface CloudflareOptions {
  /** Of the zone that is protected: 32 hexadecimal digits. */
  readonly zone: string;
  /** API token with the permission "Firewall Services: Edit" of that zone. */
  readonly token: Token;
  readonly api: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

const TIMEOUT_MS = 15_000;
const PAGE = 100;
const MOST_PAGES = 20;
const NOTE = /^secmon (\S{20,30}) (\S{20,30})$/;

interface Rule extends CurrentBan {
  readonly id: string;
}

/**
 * IP Access rules of a Cloudflare zone (API v4, `/zones/:zone/firewall/access_rules/rules`), marked by their note. The rules have no end
 * of their own: secmon deletes them in time while it runs. They take addresses, IPv4 /16 and /24, IPv6 /32, /48 and /64.
 */
export function createCloudflare({ zone, token, api, fetch, clock }: CloudflareOptions): Banner {
  const path = `/zones/${zone}/firewall/access_rules/rules`;
  const call = async (method: 'GET' | 'POST' | 'DELETE', below: string, body?: unknown): Promise<unknown> => {
    let response: Response;
    try {
      response = await fetch(`${api}${path}${below}`, {
        method,
        redirect: 'error',
        headers: { authorization: `Bearer ${token.reveal()}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError';
      // Without its cause, which may quote a header.
      throw new BanError(late ? 'Cloudflare did not answer within 15 s' : `Cloudflare cannot be reached${reasonOf(error)}`);
    }
    const json: unknown = await response.json().catch(() => undefined);
    if (response.ok && field(json, 'success') === true) return json;
    throw new BanError(refusal(response.status, json));
  };
  const rules = async (): Promise<readonly Rule[]> => {
    const found: Rule[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const result = asList(field(await call('GET', `?mode=block&notes=secmon&per_page=${PAGE}&page=${page}`), 'result'));
      found.push(...result.flatMap(ruleOf));
      if (result.length < PAGE) break;
    }
    return found;
  };
  const remove = async (matching: (rule: Rule) => boolean): Promise<readonly string[]> => {
    const chosen = (await rules()).filter(matching);
    for (const { id } of chosen) await call('DELETE', `/${encodeURIComponent(id)}`);
    return chosen.map(({ subject }) => subject);
  };
  const bodyOf = (subject: BanSubject, seconds: number): unknown => {
    const now = clock.now();
    return {
      mode: 'block',
      configuration: { target: targetOf(subject), value: subject.text },
      notes: `secmon ${new Date(now).toISOString()} ${new Date(now + seconds * 1000).toISOString()}`,
    };
  };
  const isOf = (subject: BanSubject) => (rule: Rule) => rule.subject === subject.text;
  return {
    name: 'cloudflare',
    takesNetworks: async () => true,
    plan: async (subject, seconds) => ({
      commands: [`POST ${api}${path} {"mode":"block","configuration":{"target":"${targetOf(subject)}","value":"${subject.text}"}}`],
      notes: [`Cloudflare's rules have no end: secmon deletes this one after ${duration(seconds * 1000)} when it runs then.`],
    }),
    async ban(subject, seconds) {
      await remove(isOf(subject));
      await call('POST', '', bodyOf(subject, seconds));
      return `Cloudflare blocks ${subject.text} for ${duration(seconds * 1000)}`;
    },
    unban: async (subject) =>
      (await remove(isOf(subject))).length > 0
        ? `Cloudflare lets ${subject.text} in again`
        : `${subject.text} was not blocked at Cloudflare any more`,
    unbanPlan: async (subject) => [`DELETE ${api}${path}/ID of the rule for ${subject.text}`],
    list: rules,
    async health() {
      await call('GET', '?per_page=1');
      return 'Cloudflare';
    },
    expire: () => remove(({ untilMs }) => untilMs !== undefined && untilMs <= clock.now()),
  };
}

function targetOf({ version, isNetwork, cidr }: BanSubject): 'ip' | 'ip6' | 'ip_range' {
  if (!isNetwork) return version === 4 ? 'ip' : 'ip6';
  const taken = version === 4 ? [16, 24] : [32, 48, 64];
  if (!taken.includes(cidr.prefixBits))
    throw new BanError(`Cloudflare takes networks of /${taken.join(', /')} only, not /${cidr.prefixBits}`);
  return 'ip_range';
}

/** A rule of ours; those of others have another note. */
function ruleOf(item: unknown): Rule[] {
  const [id, value, note] = [field(item, 'id'), field(field(item, 'configuration'), 'value'), field(item, 'notes')];
  const found = typeof note === 'string' ? NOTE.exec(note) : null;
  if (found === null || typeof id !== 'string' || typeof value !== 'string') return [];
  const [sinceMs, untilMs] = [Date.parse(found[1] ?? ''), Date.parse(found[2] ?? '')];
  return Number.isFinite(sinceMs) && Number.isFinite(untilMs) ? [{ id, subject: value, sinceMs, untilMs }] : [];
}

function refusal(status: number, json: unknown): string {
  if (status === 401 || status === 403) return `Cloudflare refuses the token (${status}): it needs "Firewall Services: Edit" for this zone`;
  if (status === 404) return 'Cloudflare knows no such zone: see actions.cloudflare.zone';
  const message = field(asList(field(json, 'errors'))[0], 'message');
  return `Cloudflare answered ${status}${typeof message === 'string' ? `: ${message.slice(0, 200)}` : ''}`;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error ? field(error.cause, 'code') : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}
