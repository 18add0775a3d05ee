import type { Clock } from '../clock/clock.ts';
import { duration } from '../text/units.ts';
import type { Banner, CurrentBan } from './banner.ts';
import { asList, field } from './json-field.ts';
import { type Argv, commandText, type ProcessResult, type Run, saidBy } from './run-process.ts';
import { BanError, type BanSubject } from './subject.ts';

export interface NftablesOptions {
  /** `nft`, or its path. */
  readonly program: string;
  /** Table of family `inet` that holds the sets `banned4` and `banned6`. */
  readonly table: string;
  readonly run: Run;
  readonly clock: Clock;
}

/**
 * The table that `secmon setup nftables --print` prints, for `nft -f`. Its sets take networks (`interval`) and forget by themselves
 * (`timeout`); its chain runs before others (nft(8), priorities). Forwarded packets (containers) are dropped, too.
 */
export const nftablesTable = (table: string): string => `# Bans of secmon: nft -f THIS-FILE. Loading it again keeps what is banned.
table inet ${table} {
  set banned4 {
    type ipv4_addr
    flags interval, timeout
  }
  set banned6 {
    type ipv6_addr
    flags interval, timeout
  }
  chain input {
    type filter hook input priority -10; policy accept;
    ip saddr @banned4 drop
    ip6 saddr @banned6 drop
  }
  chain forward {
    type filter hook forward priority -10; policy accept;
    ip saddr @banned4 drop
    ip6 saddr @banned6 drop
  }
}
`;

/** Sets of nftables whose elements have a timeout, in a table of their own. The kernel ends the bans. */
export function createNftables({ program, table, run, clock }: NftablesOptions): Banner {
  const setOf = ({ version }: BanSubject): string => `banned${version}`;
  const add = (subject: BanSubject, seconds: number): Argv => [
    ...([program, 'add', 'element', 'inet', table, setOf(subject)] as const),
    `{ ${subject.text} timeout ${seconds}s }`,
  ];
  const remove = (subject: BanSubject): Argv => [program, 'delete', 'element', 'inet', table, setOf(subject), `{ ${subject.text} }`];
  const tell = async (argv: Argv): Promise<string> => {
    const result = await run(argv);
    if (result.code !== 0) throw new BanError(nftSentence(result, table));
    return result.stdout;
  };
  /** What holds already is taken out first: nft gives an element that is there no new timeout. True when it was there. */
  const takeOut = async (subject: BanSubject): Promise<boolean> => {
    const result = await run(remove(subject));
    if (result.code === 0) return true;
    if (await isHeld(subject)) throw new BanError(nftSentence(result, table));
    return false;
  };
  const listSet = async (set: string): Promise<CurrentBan[]> =>
    parseSet(await tell([program, '-j', 'list', 'set', 'inet', table, set]), clock.now());
  const isHeld = async (subject: BanSubject): Promise<boolean> =>
    (await listSet(setOf(subject))).some((ban) => ban.subject === subject.text);

  return {
    name: 'nftables',
    takesNetworks: async () => true,
    plan: async (subject, seconds) => ({ commands: [commandText(add(subject, seconds))], notes: [] }),
    async ban(subject, seconds) {
      await takeOut(subject);
      await tell(add(subject, seconds));
      return `nftables drops packets from ${subject.text} for ${duration(seconds * 1000)}`;
    },
    unban: async (subject) =>
      (await takeOut(subject)) ? `nftables lets ${subject.text} in again` : `${subject.text} was not banned by nftables any more`,
    unbanPlan: async (subject) => [commandText(remove(subject))],
    list: async () => [...(await listSet('banned4')), ...(await listSet('banned6'))],
    async health() {
      await Promise.all([listSet('banned4'), listSet('banned6')]);
      return `nftables, table inet ${table}`;
    },
    expire: async () => [],
  };
}

function nftSentence(result: ProcessResult, table: string): string {
  const text = `${result.stdout}\n${result.stderr}`;
  if (/Operation not permitted|must be root/i.test(text))
    return 'this user may not change nftables: run secmon as root, or install its helper (secmon setup helper --print)';
  if (/No such file or directory/i.test(text))
    return `nftables has no table inet ${table} with the sets of secmon: secmon setup nftables --print shows how to make it`;
  if (/interval overlaps|conflicting intervals/i.test(text)) return 'nftables holds a network that this ban lies in, or overlaps, already';
  return `nftables refused: ${saidBy(result)}`;
}

/** Elements of `nft -j list set`: libnftables-json(5), with `expires` in seconds. */
function parseSet(json: string, nowMs: number): CurrentBan[] {
  const found: CurrentBan[] = [];
  for (const item of asList(field(parsed(json), 'nftables')))
    for (const element of asList(field(field(item, 'set'), 'elem'))) {
      const inner = field(element, 'elem') ?? element;
      const subject = subjectOf(field(inner, 'val') ?? inner);
      const [expires, timeout] = [field(inner, 'expires'), field(inner, 'timeout')];
      if (subject === '') continue;
      const untilMs = typeof expires === 'number' ? nowMs + expires * 1000 : undefined;
      found.push({
        subject,
        untilMs,
        sinceMs: untilMs !== undefined && typeof timeout === 'number' ? untilMs - timeout * 1000 : undefined,
      });
    }
  return found;
}

/** `203.0.113.9`, or `{"prefix": {"addr": "203.0.113.0", "len": 24}}`. */
function subjectOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const prefix = field(value, 'prefix');
  const [address, bits] = [field(prefix, 'addr'), field(prefix, 'len')];
  return typeof address === 'string' && typeof bits === 'number' ? `${address}/${bits}` : '';
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
