import type { Clock } from '../clock/clock.ts';
import { createRecentCache } from '../collections/recent-cache.ts';
import { parseAddress } from '../net/address.ts';
import { copyText } from '../text/copy-text.ts';

/** What is needed of DNS. A question rejects with an error whose `code` is ENOTFOUND or ENODATA when there is no such record. */
export interface DnsResolver {
  /** Names of an address (PTR). */
  reverse(address: string): Promise<readonly string[]>;
  /** Addresses of a name, of the version of `like`. */
  forward(name: string, like: 4 | 6): Promise<readonly string[]>;
  /** Ends everything that is under way. */
  cancel(): void;
}

/** Whether an address has a name of the asked-for operator that leads back to it; `unknown` when DNS did not answer. */
export type DnsVerdict = 'confirmed' | 'denied' | 'unknown';

/** A question about an address: is it this crawler's? Whoever asks has copied the texts. */
export interface DnsQuestion {
  readonly address: string;
  /** Who it claims to be. */
  readonly crawler: string;
  /** Ends of that crawler's host names, `search.msn.com`. */
  readonly hosts: readonly string[];
}

export interface ReverseDnsOptions {
  readonly resolver: DnsResolver;
  readonly clock: Clock;
  /** Called when an answer has come, never from within `ask`. */
  readonly onVerdict: (question: DnsQuestion, verdict: DnsVerdict) => void;
}

/** Forward-confirmed reverse DNS in the background, a few questions a second. */
export interface ReverseDns {
  /** The answer if it is known; otherwise undefined, and the question is asked in the background. */
  ask(question: DnsQuestion): DnsVerdict | undefined;
  /** Questions not asked because too many waited. */
  readonly dropped: number;
  close(): void;
}

interface Known {
  readonly verdict: DnsVerdict;
  readonly untilMs: number;
}

const MOST_WAITING = 500;
const REMEMBERED = 5_000;
const BETWEEN_MS = 100;
const AT_ONCE = 4;
const GIVE_UP_MS = 5_000;
const MOST_NAMES = 5;
const VALID_MS: Readonly<Record<DnsVerdict, number>> = { confirmed: 86_400_000, denied: 3_600_000, unknown: 300_000 };

/** At most ten questions begin a second, four are under way, {@link MOST_WAITING} wait; answers are remembered for a time. */
export function createReverseDns({ resolver, clock, onVerdict }: ReverseDnsOptions): ReverseDns {
  const known = createRecentCache<Known>(REMEMBERED);
  const waiting = new Map<string, DnsQuestion>();
  const asked = new Set<string>();
  let dropped = 0;
  let cancel: (() => void) | undefined;
  let isClosed = false;

  function pump(): void {
    cancel = undefined;
    const [next] = waiting;
    if (isClosed || next === undefined || asked.size >= AT_ONCE) return;
    const [key, question] = next;
    waiting.delete(key);
    asked.add(key);
    void verdictOn(question, { resolver, clock }).then((verdict) => {
      asked.delete(key);
      if (isClosed) return;
      known.set(key, { verdict, untilMs: clock.monotonic() + VALID_MS[verdict] });
      onVerdict(question, verdict);
      schedule();
    });
    schedule();
  }

  function schedule(): void {
    if (!isClosed && waiting.size > 0) cancel ??= clock.after(BETWEEN_MS, pump);
  }

  return {
    get dropped() {
      return dropped;
    },
    ask(question) {
      const key = `${question.crawler} ${question.address}`;
      const answer = known.get(key);
      const isFresh = answer !== undefined && answer.untilMs > clock.monotonic();
      if (isFresh || isClosed || waiting.has(key) || asked.has(key)) return answer?.verdict;
      if (waiting.size >= MOST_WAITING) {
        dropped += 1;
        return answer?.verdict;
      }
      waiting.set(copyText(key), question);
      schedule();
      return answer?.verdict;
    },
    close() {
      isClosed = true;
      cancel?.();
      waiting.clear();
      resolver.cancel();
    },
  };
}

/** Never rejects; `unknown` after {@link GIVE_UP_MS}. */
function verdictOn(question: DnsQuestion, { resolver, clock }: Pick<ReverseDnsOptions, 'resolver' | 'clock'>): Promise<DnsVerdict> {
  return new Promise((resolve) => {
    const cancel = clock.after(GIVE_UP_MS, () => resolve('unknown'));
    confirm(question, resolver)
      .catch((error: unknown): DnsVerdict => (hasNoRecord(error) ? 'denied' : 'unknown'))
      .then((verdict) => {
        cancel();
        resolve(verdict);
      });
  });
}

/** A name can be given to any address by its owner; only the way back, from the name to the address, is in the operator's hands. */
async function confirm({ address, hosts }: DnsQuestion, resolver: DnsResolver): Promise<DnsVerdict> {
  const parsed = parseAddress(address);
  if (parsed === undefined) return 'denied';
  const names = (await resolver.reverse(parsed.text)).slice(0, MOST_NAMES).map(canonicalName);
  for (const name of names.filter((one) => hosts.some((host) => one.endsWith(`.${host}`)))) {
    const addresses = await resolver.forward(name, parsed.version).catch(noneIfNoRecord);
    if (addresses.some((one) => parseAddress(one)?.text === parsed.text)) return 'confirmed';
  }
  return 'denied';
}

function noneIfNoRecord(error: unknown): readonly string[] {
  if (hasNoRecord(error)) return [];
  throw error;
}

const canonicalName = (name: string): string => name.slice(0, 255).toLowerCase().replace(/\.$/, '');

function hasNoRecord(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOTFOUND' || code === 'ENODATA';
}
