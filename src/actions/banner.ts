import type { BanSubject } from './subject.ts';

/** How a ban would be done. */
export interface BanPlan {
  /** Exactly what will be run, in order, as a person would type it. */
  readonly commands: readonly string[];
  /** What to know about it, one sentence each. */
  readonly notes: readonly string[];
}

/** What a person said to a ban, for whoever asks for the reasons again (the helper). */
export interface BanOrder {
  /** What was typed to ban in spite of a refusal; `''` for nothing. */
  readonly word: string;
  readonly why: string;
  /** Who sits at the screen; `''` when nobody but the process itself. */
  readonly person: string;
}

/** A ban that holds. */
export interface CurrentBan {
  /** Address or network as its keeper names it. */
  readonly subject: string;
  readonly sinceMs: number | undefined;
  /** Undefined: forever, or nobody knows. */
  readonly untilMs: number | undefined;
}

/**
 * A way to keep an address out. Every method rejects with a {@link BanError} that says what is wrong in one sentence, and none takes longer
 * than its time limit.
 */
export interface Banner {
  /** `fail2ban secmon`, `nftables`: unique among those of one configuration. */
  readonly name: string;
  /** Whether it can keep a network of IPv6 out, not only single addresses. */
  takesNetworks(): Promise<boolean>;
  plan(subject: BanSubject, seconds: number): Promise<BanPlan>;
  /** Bans for that long and says what came of it. Banning twice is no error: the time begins anew. */
  ban(subject: BanSubject, seconds: number, order?: BanOrder): Promise<string>;
  /** Ends a ban; one that does not hold any more is no error. */
  unban(subject: BanSubject, order?: Pick<BanOrder, 'why' | 'person'>): Promise<string>;
  /** The exact commands that end a ban. */
  unbanPlan(subject: BanSubject): Promise<readonly string[]>;
  list(): Promise<readonly CurrentBan[]>;
  /** Resolves with what answered: `fail2ban 1.0.2, jail secmon`. */
  health(): Promise<string>;
  /** Ends bans whose time has run out, where nothing else would; the subjects. */
  expire(): Promise<readonly string[]>;
}

const NETWORK_LIMIT =
  'fail2ban before 1.1.1 cannot ban a network with its nftables action (its set has no "flags interval"): ban single addresses there.';
const DOCKER_LIMIT =
  'Ports that Docker publishes do not pass the INPUT chain: a ban in it does not hold for them. Use the chain DOCKER-USER, or a ban at the edge.';

/** What does not hold everywhere of the named ways to ban, said where bans are shown. What a command does with an address is not known. */
export const knownLimits = (banners: readonly string[]): readonly string[] => {
  const has = (kind: string): boolean => banners.some((name) => name.split(' ', 1)[0] === kind);
  return [...(has('fail2ban') ? [NETWORK_LIMIT] : []), ...(has('fail2ban') || has('nftables') || has('command') ? [DOCKER_LIMIT] : [])];
};
