import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import type { Entry } from '../../model/entry.ts';
import { parseAddress } from '../../net/address.ts';
import { type Cidr, cidrContains, parseCidr } from '../../net/cidr.ts';
import { count } from '../../text/units.ts';

/** Whether requests from who was banned really stop. */
export interface BanWatch {
  begin(subject: string): void;
  end(subject: string): void;
  saw(entry: Entry): void;
  /** One phrase; `''` when the subject is not watched or it is too early to tell. */
  effectOf(subject: string): string;
  /** Whether requests went on in the last round, and were not refused. */
  isFailing(subject: string): boolean;
  close(): void;
}

interface Watched {
  readonly subject: string;
  readonly cidr: Cidr;
  readonly fromMs: number;
  /** Of the round that runs now. */
  requests: number;
  refused: number;
  rounds: number;
  effect: string;
  isFailing: boolean;
}

/** Requests on their way, and lines not written yet, are let pass. */
const GRACE_MS = 3_000;
const ROUND_MS = 10_000;
const ROUNDS = 6;
const MOST = 200;
/** What a server answers whom it denies. */
const DENIED = new Set([403, 429, 444]);

export function createBanWatch({
  clock,
  notice,
  changed,
}: {
  readonly clock: Clock;
  readonly notice: (text: string) => void;
  readonly changed: () => void;
}): BanWatch {
  const watched = new Map<string, Watched>();
  const timers = new Map<string, () => void>();
  const stop = (subject: string): void => {
    timers.get(subject)?.();
    timers.delete(subject);
  };
  const judge = (one: Watched): void => {
    one.rounds += 1;
    const before = one.effect;
    one.effect = effectWords(one);
    one.isFailing = one.requests > one.refused;
    if (one.effect !== before) {
      changed();
      if (one.isFailing || one.rounds === 1) notice(`${one.subject}: ${one.effect}`);
    }
    one.requests = 0;
    one.refused = 0;
    if (one.rounds < ROUNDS)
      timers.set(
        one.subject,
        clock.after(ROUND_MS, () => judge(one)),
      );
    else stop(one.subject);
  };
  return {
    begin(subject) {
      const cidr = parseCidr(subject);
      if (cidr === undefined) return;
      stop(subject);
      const [oldest] = watched.keys();
      if (watched.size >= MOST && oldest !== undefined) {
        stop(oldest);
        watched.delete(oldest);
      }
      const one = { subject, cidr, fromMs: clock.now() + GRACE_MS, requests: 0, refused: 0, rounds: 0, effect: '', isFailing: false };
      watched.set(subject, one);
      timers.set(
        subject,
        clock.after(GRACE_MS + ROUND_MS, () => judge(one)),
      );
    },
    end(subject) {
      stop(subject);
      watched.delete(subject);
    },
    saw(entry) {
      if (timers.size === 0 || entry.kind === 'fail2ban' || entry.address === '') return;
      const address = parseAddress(entry.address);
      if (address === undefined) return;
      const atMs = entry.timeMs ?? clock.now();
      for (const one of watched.values()) {
        if (!timers.has(one.subject) || atMs < one.fromMs || clock.now() < one.fromMs || !cidrContains(one.cidr, address)) continue;
        one.requests += 1;
        if (DENIED.has(entry.status)) one.refused += 1;
      }
    },
    effectOf: (subject) => watched.get(subject)?.effect ?? '',
    isFailing: (subject) => watched.get(subject)?.isFailing ?? false,
    close() {
      for (const subject of [...timers.keys()]) stop(subject);
    },
  };
}

function effectWords({ requests, refused }: Watched): string {
  if (requests === 0) return t('ban works: no request since');
  const perSecond = requests / (ROUND_MS / 1000);
  const rate =
    perSecond >= 1
      ? t('{n}/s', { n: count(Math.round(perSecond)) })
      : t('{requests} in {seconds} s', { requests, seconds: ROUND_MS / 1000 });
  return requests === refused
    ? t('ban works: still knocks ({rate}), all refused', { rate })
    : t('ban not effective: still {rate}, behind a proxy?', { rate });
}
