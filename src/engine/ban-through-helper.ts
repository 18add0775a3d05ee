import type { Banner, BanOrder } from '../actions/banner.ts';
import type { Privileged } from '../actions/create-banners.ts';
import { BanError } from '../actions/subject.ts';
import { askHelper, HelperError } from '../helper/client.ts';
import type { HelperProtocol, HelperType } from '../helper/requests.ts';

/** fail2ban and nftables by way of the helper at `socket`. What it refuses, or that it is missing, comes as {@link BanError}. */
export function banThroughHelper(socket: string): Privileged {
  const ask = async <K extends HelperType>(type: K, request: HelperProtocol[K]['request']): Promise<HelperProtocol[K]['reply']> => {
    try {
      return await askHelper(type, request, { socket });
    } catch (cause) {
      throw new BanError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  };
  return {
    names: async () => (await ask('banners', {}).catch(() => ({ names: [] }))).names,
    banner: (name) => helperBanner(name, ask),
  };
}

const NO_ORDER: BanOrder = { word: '', why: '' };
/** What the helper takes at most. */
const cut = (why: string): string => why.slice(0, 500);

type Ask = <K extends HelperType>(type: K, request: HelperProtocol[K]['request']) => Promise<HelperProtocol[K]['reply']>;

function helperBanner(name: string, ask: Ask): Banner {
  const of = { banner: name };
  return {
    name,
    takesNetworks: async () => (await ask('status', of)).takesNetworks,
    plan: ({ text }, seconds) => ask('plan', { ...of, address: text, seconds }),
    ban: async ({ text }, seconds, { word, why } = NO_ORDER) =>
      (await ask('ban', { ...of, address: text, seconds, word, why: cut(why) })).text,
    unban: async ({ text }, why = '') => (await ask('unban', { ...of, address: text, why: cut(why) })).text,
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
