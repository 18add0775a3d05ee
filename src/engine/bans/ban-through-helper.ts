import type { Banner, BanOrder } from '../../actions/banner.ts';
import type { Privileged } from '../../actions/create-banners.ts';
import { BanError } from '../../actions/subject.ts';
import type { Clock } from '../../clock/clock.ts';
import { askHelper, HelperError } from '../../helper/client.ts';
import type { HelperProtocol, HelperType } from '../../helper/requests.ts';

/** fail2ban and nftables by way of the helper at `socket`. What it refuses, or that it is missing, comes as {@link BanError}. */
export function banThroughHelper(socket: string, clock: Clock): Privileged {
  const ask = async <K extends HelperType>(type: K, request: HelperProtocol[K]['request']): Promise<HelperProtocol[K]['reply']> => {
    try {
      return await askHelper(type, request, { socket });
    } catch (cause) {
      throw new BanError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  };
  let known: { readonly atMs: number; readonly names: readonly string[] } | undefined;
  return {
    async names() {
      if (known !== undefined && clock.monotonic() - known.atMs < KNOWN_MS) return known.names;
      known = undefined;
      const found = await ask('banners', {}).catch(() => undefined);
      if (found !== undefined) known = { atMs: clock.monotonic(), names: found.names };
      return found?.names ?? [];
    },
    banner: (name) => helperBanner(name, ask),
  };
}

/** Each question starts a process, and a dialog asks at every key; jails come and go seldom. */
const KNOWN_MS = 15_000;

const NO_ORDER: BanOrder = { word: '', why: '', person: '' };
/** As long as the helper takes them. */
const reasonOf = ({ why, person }: Pick<BanOrder, 'why' | 'person'>) => ({ why: why.slice(0, 500), person: person.slice(0, 64) });

type Ask = <K extends HelperType>(type: K, request: HelperProtocol[K]['request']) => Promise<HelperProtocol[K]['reply']>;

function helperBanner(name: string, ask: Ask): Banner {
  const of = { banner: name };
  return {
    name,
    takesNetworks: async () => (await ask('status', of)).takesNetworks,
    plan: ({ text }, seconds) => ask('plan', { ...of, address: text, seconds }),
    ban: async ({ text }, seconds, order = NO_ORDER) =>
      (await ask('ban', { ...of, address: text, seconds, word: order.word, ...reasonOf(order) })).text,
    unban: async ({ text }, order = NO_ORDER) => (await ask('unban', { ...of, address: text, ...reasonOf(order) })).text,
    unbanPlan: async ({ text }) => (await ask('unban.plan', { ...of, address: text })).commands,
    list: async () => (await ask('bans', of)).bans,
    health: async () => (await ask('status', of)).text,
    expire: async () => {
      try {
        return (await ask('expire', of)).subjects;
      } catch (error) {
        // Asked every few minutes, whether a ban is due or not; that nobody answers is said where bans are made and shown.
        if (error instanceof BanError && error.cause instanceof HelperError && error.cause.isUnreachable) return [];
        throw error;
      }
    },
  };
}
