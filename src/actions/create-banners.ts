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
  /** The one of this name, a jail without asking whether it runs; undefined when there is none. */
  named(name: string): Promise<Banner | undefined>;
  readonly dryRun: boolean;
}

/** Somebody who may talk to fail2ban and nftables where this process may not. */
export interface Privileged {
  /** The ways to ban that they have; empty when they cannot be asked. */
  names(): Promise<readonly string[]>;
  banner(name: string): Banner;
}

export interface BannersOptions {
  readonly settings: ActionSettings;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly run?: Run;
  readonly fetch?: typeof globalThis.fetch;
  /** Does what fail2ban and nftables are to do; undefined: this process itself. */
  readonly privileged?: Privileged | undefined;
}

const FAIL2BAN = { client: 'fail2ban-client', socket: '/var/run/fail2ban/fail2ban.sock', jail: undefined };
/** The jail that `secmon setup fail2ban` makes. */
const OWN_JAIL = 'secmon';

export function createBanners(options: BannersOptions): Banners {
  const { settings, ledger, clock, privileged, run = createRun(), fetch = globalThis.fetch } = options;
  const { nftables, nginx, cloudflare, commands } = settings;
  const own = <T>(value: T | undefined, make: (value: T) => Banner): Banner[] => (value === undefined ? [] : [make(value)]);
  const fixed: Banner[] = [
    ...own(nftables, (its) => privileged?.banner(NFTABLES) ?? createNftables({ ...its, run, clock })),
    ...own(nginx, (its) => createNginxDeny({ ...its, run, clock })),
    ...own(cloudflare, (its) => createCloudflare({ ...its, fetch, clock })),
    ...Object.entries(commands).map(([name, { ban, unban }]) =>
      createTemplate({ name: `command ${name}`, ban, unban, run, ledger, clock }),
    ),
  ];
  const isDefault = settings.fail2ban === undefined && fixed.length === 0;
  const fail2ban = settings.fail2ban ?? (isDefault ? FAIL2BAN : undefined);
  const jailNamed = (jail: string, server: { client: string; socket: string }): Banner =>
    createFail2ban({ ...server, run, jail, ledger, clock });
  const jails = async ({ client, socket, jail }: NonNullable<typeof fail2ban>): Promise<readonly Banner[]> => {
    const found = await listJails({ client, socket, run }).catch((): string[] => []);
    return withPreferred(found, jail).map((name) => jailNamed(name, { client, socket }));
  };
  const askedFor = async (helper: Privileged): Promise<readonly Banner[]> => {
    const names = await helper.names();
    const found = names.flatMap((name) => (name.startsWith(JAILS) ? [name.slice(JAILS.length)] : []));
    // Who configured nothing gets what the helper has.
    const others = isDefault ? names.filter((name) => !name.startsWith(JAILS)) : [];
    const isElsewhere = others.length > 0 && found.length === 0 && fail2ban?.jail === undefined;
    const jails = isElsewhere ? [] : withPreferred(found, fail2ban?.jail).map((name) => JAILS + name);
    return [...jails, ...others].map((name) => helper.banner(name));
  };
  const all = async (): Promise<readonly Banner[]> => {
    const asked = fail2ban === undefined ? [] : privileged ? await askedFor(privileged) : await jails(fail2ban);
    const every = [...asked, ...fixed];
    return settings.dry_run ? every.map(dry) : every;
  };
  const named = async (name: string): Promise<Banner | undefined> => {
    const isJail = fail2ban !== undefined && privileged === undefined && name.startsWith(JAILS);
    if (!isJail) return (await all()).find((one) => one.name === name);
    const { client, socket } = fail2ban;
    const jail = jailNamed(name.slice(JAILS.length), { client, socket });
    return settings.dry_run ? dry(jail) : jail;
  };
  return { dryRun: settings.dry_run, all, named };
}

/** What jails are called among the ways to ban. */
const JAILS = 'fail2ban ';
const NFTABLES = 'nftables';

/** The jail to begin with first, also when it does not run: that is then said. */
function withPreferred(found: readonly string[], jail: string | undefined): readonly string[] {
  const preferred = jail ?? (found.length === 0 || found.includes(OWN_JAIL) ? OWN_JAIL : undefined);
  return [...new Set([...(preferred === undefined ? [] : [preferred]), ...found])];
}

/** The same with its hands tied: it looks, plans and says what it would do. */
function dry(banner: Banner): Banner {
  return {
    ...banner,
    async ban(subject, seconds) {
      const { commands } = await banner.plan(subject, seconds);
      return `dry run, nothing was done; it would be: ${commands.join('; ')}`;
    },
    unban: async (subject) => `dry run, nothing was done; it would be: ${(await banner.unbanPlan(subject)).join('; ')}`,
    expire: async () => [],
  };
}
