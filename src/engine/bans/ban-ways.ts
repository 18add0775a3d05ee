import { existsSync } from 'node:fs';
import { type Banners, type BannersOptions, createBanners } from '../../actions/create-banners.ts';
import { HELPER_SOCKET } from '../../helper/requests.ts';
import { banThroughHelper } from './ban-through-helper.ts';

/** Who runs this process, and what there is. */
interface Surroundings {
  readonly uid: number;
  readonly exists: (path: string) => boolean;
}

const HERE: Surroundings = { uid: process.geteuid?.() ?? -1, exists: existsSync };
const ROOT = 0;

/**
 * Every way to ban of this process. Root runs fail2ban's client and nft itself; everybody else asks the helper where its socket is, or where
 * the configuration names one.
 */
export function openBanners(options: Omit<BannersOptions, 'privileged'>, { uid, exists }: Surroundings = HERE): Banners {
  const { helper } = options.settings;
  const socket = helper ?? HELPER_SOCKET;
  const asks = uid !== ROOT && helper !== 'off' && (helper !== undefined || exists(socket));
  return createBanners({ ...options, privileged: asks ? banThroughHelper(socket, options.clock) : undefined });
}
