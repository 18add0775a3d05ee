import { type Fields, flag, list, name, number, shaped, text, wholeNumber } from './fields.ts';

/** Of the protocol. A change that an older helper would misunderstand raises it; a new type of request does not. */
export const HELPER_VERSION = 1;

/** Where `secmon-helper.socket` listens: not in /run/secmon, which is the service's and goes with it. */
export const HELPER_SOCKET = '/run/secmon-helper.sock';

/** A ban that holds. */
interface HeldBan {
  readonly subject: string;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
}

/** Everything that can be asked of the helper, and what it answers. Nothing else is understood. */
export interface HelperProtocol {
  /** The ways to ban that the helper has: jails that run, and nftables. */
  banners: { readonly request: object; readonly reply: { readonly names: readonly string[] } };
  /** Whether one works, and what answered. */
  status: { readonly request: OfBanner; readonly reply: { readonly text: string; readonly takesNetworks: boolean } };
  plan: {
    readonly request: OfBanner & { readonly address: string; readonly seconds: number };
    readonly reply: { readonly commands: readonly string[]; readonly notes: readonly string[] };
  };
  'unban.plan': { readonly request: OfBanner & { readonly address: string }; readonly reply: { readonly commands: readonly string[] } };
  ban: {
    /** `word`: what was typed to ban in spite of a refusal. */
    readonly request: OfBanner & { readonly address: string; readonly seconds: number; readonly word: string } & Reason;
    readonly reply: Done;
  };
  unban: { readonly request: OfBanner & { readonly address: string } & Reason; readonly reply: Done };
  bans: { readonly request: OfBanner; readonly reply: { readonly bans: readonly HeldBan[] } };
  /** Ends bans whose time is over. */
  expire: { readonly request: OfBanner; readonly reply: { readonly subjects: readonly string[] } };
  /** Installs the updates that wait for this machine; what the package manager prints comes as output. */
  'updates.apply': { readonly request: Reason; readonly reply: Done };
}

interface OfBanner {
  /** `fail2ban secmon`, `nftables`. */
  readonly banner: string;
}

/** Who wants it, and why. */
interface Reason {
  /** Who sits at a screen of the service that asks; `''` for the caller. */
  readonly person: string;
  /** For the audit log. */
  readonly why: string;
}

interface Done {
  readonly text: string;
}

export type HelperType = keyof HelperProtocol;

/** One request, with its type. */
export type HelperRequest = { readonly [K in HelperType]: { readonly type: K } & HelperProtocol[K]['request'] }[HelperType];

const BANNER = { banner: name };
const ADDRESS = { ...BANNER, address: text(64) };
const WHY = { why: text(500), person: text(64) };

/** What each request must hold, no more and no less. */
const REQUESTS: { readonly [K in HelperType]: Fields<HelperProtocol[K]['request']> } = {
  banners: {},
  status: BANNER,
  plan: { ...ADDRESS, seconds: wholeNumber },
  'unban.plan': ADDRESS,
  ban: { ...ADDRESS, ...WHY, seconds: wholeNumber, word: text(40) },
  unban: { ...ADDRESS, ...WHY },
  bans: BANNER,
  expire: BANNER,
  'updates.apply': WHY,
};

const DONE = { text: text(4_000) };
const COMMANDS = { commands: list(text(4_000), 50) };

const REPLIES: { readonly [K in HelperType]: Fields<HelperProtocol[K]['reply']> } = {
  banners: { names: list(name, 200) },
  status: { ...DONE, takesNetworks: flag },
  plan: { ...COMMANDS, notes: list(text(4_000), 50) },
  'unban.plan': COMMANDS,
  ban: DONE,
  unban: DONE,
  bans: { bans: list((value) => shaped(value, { subject: text(64), sinceMs: number, untilMs: number }, ['sinceMs', 'untilMs']), 100_000) },
  expire: { subjects: list(text(64), 10_000) },
  'updates.apply': DONE,
};

/** A request that was understood, or why it was not. `unknown`: of a type that this version does not know. */
export type ReadRequest = { readonly request: HelperRequest } | { readonly problem: 'invalid' | 'unknown' };

/** Reads one line of a caller, who may be hostile. */
export function readRequest(line: string): ReadRequest {
  const value = parsed(line);
  if (typeof value !== 'object' || value === null) return { problem: 'invalid' };
  const { version, type, ...fields } = value as Record<string, unknown>;
  if (typeof type !== 'string' || typeof version !== 'number') return { problem: 'invalid' };
  if (version !== HELPER_VERSION || !isType(type)) return { problem: 'unknown' };
  const wanted: Fields<object> = REQUESTS[type];
  const found = shaped(fields, wanted);
  return found === undefined ? { problem: 'invalid' } : { request: { type, ...found } as HelperRequest };
}

/** Reads what a helper answered to a request of that type; undefined for what is no such answer. */
export function readReply<K extends HelperType>(type: K, value: unknown): HelperProtocol[K]['reply'] | undefined {
  return shaped(value, REPLIES[type]);
}

const isType = (type: string): type is HelperType => Object.hasOwn(REQUESTS, type);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
