import type { Clock } from '../clock/clock.ts';
import type { Banner } from './banner.ts';
import { createCloudflare } from './cloudflare.ts';
import { createFail2ban, listJails } from './fail2ban.ts';
import type { Ledger } from './ledger.ts';
import { createNftables } from './nftables.ts';
import { createNginxDeny } from './nginx-deny.ts';
import { createRun, type Run } from './run-process.ts';
import type { ActionSettings } from './settings.ts';
import { createTemplate } from './template.ts';

/** Every way to ban that the configuration names; without any: the fail2ban of this machine. */
export interface Banners {
  /** The first is what a person gets who chooses nothing. Jails are asked for anew each time. */
  all(): Promise<readonly Banner[]>;
  readonly dryRun: boolean;
}

export interface BannersOptions {
  readonly settings: ActionSettings;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly run?: Run;
  readonly fetch?: typeof globalThis.fetch;
}

const FAIL2BAN = { client: 'fail2ban-client', socket: '/var/run/fail2ban/fail2ban.sock', jail: undefined };
/** The jail that `secmon setup fail2ban` makes. */
const OWN_JAIL = 'secmon';

export function createBanners({ settings, ledger, clock, run = createRun(), fetch = globalThis.fetch }: BannersOptions): Banners {
  const { nftables, nginx, cloudflare, commands } = settings;
  const fixed: Banner[] = [
    ...(nftables === undefined ? [] : [createNftables({ ...nftables, run, clock })]),
    ...(nginx === undefined ? [] : [createNginxDeny({ ...nginx, run, clock })]),
    ...(cloudflare === undefined ? [] : [createCloudflare({ ...cloudflare, fetch, clock })]),
    ...Object.entries(commands).map(([name, { ban, unban }]) =>
      createTemplate({ name: `command ${name}`, ban, unban, run, ledger, clock }),
    ),
  ].map((banner) => (settings.dry_run ? dry(banner) : banner));
  const fail2ban = settings.fail2ban ?? (fixed.length === 0 ? FAIL2BAN : undefined);
  const jails = async (): Promise<readonly Banner[]> => {
    if (fail2ban === undefined) return [];
    const { client, socket, jail } = fail2ban;
    const found = await listJails({ client, socket, run }).catch((): string[] => []);
    const preferred = jail ?? (found.length === 0 || found.includes(OWN_JAIL) ? OWN_JAIL : undefined);
    const names = [...new Set([...(preferred === undefined ? [] : [preferred]), ...found])];
    return names.map((name) => {
      const banner = createFail2ban({ client, socket, run, jail: name, ledger, clock });
      return settings.dry_run ? dry(banner) : banner;
    });
  };
  return { dryRun: settings.dry_run, all: async () => [...(await jails()), ...fixed] };
}

/** The same with its hands tied: it looks, plans and says what it would do. */
function dry(banner: Banner): Banner {
  return {
    ...banner,
    async ban(subject, seconds) {
      const { commands } = await banner.plan(subject, seconds);
      return `dry run, nothing was done; it would be: ${commands.join('; ')}`;
    },
    unban: async (subject) => `dry run, nothing was done; it would be: ${banner.unbanPlan(subject).join('; ')}`,
    expire: async () => [],
  };
}
