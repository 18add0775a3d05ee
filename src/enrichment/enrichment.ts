import { type Clock, systemClock } from '../clock/clock.ts';
import { createRecentCache } from '../collections/recent-cache.ts';
import { type Address, parseAddress } from '../net/address.ts';
import { copyText } from '../text/copy-text.ts';
import { createBotCheck } from './bots.ts';
import { bundledCountries } from './bundled-countries.ts';
import { type CrawlerClaim, claimAfterDns, createCrawlerVerdicts } from './crawler-verdicts.ts';
import { type DatabaseFiles, type Databases, openDatabases, systemFiles } from './databases.ts';
import type { Mmdb } from './mmdb.ts';
import { createNamedNetworks, type NamedNetworks } from './networks.ts';
import { createReverseDns, type DnsResolver, type ReverseDns } from './reverse-dns.ts';
import type { EnrichmentSettings } from './settings.ts';
import { isLocalName, isPrivateAddress } from './special-addresses.ts';
import { systemResolver } from './system-resolver.ts';

/** What is known about an address, from this machine alone. */
export interface Enrichment {
  /** ISO 3166-1 alpha-2, or `''`. */
  readonly country: string;
  /** `AS64500 Example Net`, or `''`. */
  readonly network: string;
  /** The person's own name for it, `office`, or `''`. */
  readonly tag: string;
  /** On the person's list of those who may do more. */
  readonly allowed: boolean;
  readonly isPrivate: boolean;
  /** Only with a user agent. */
  readonly crawler: CrawlerClaim | undefined;
}

/** Tells about addresses and user agents. Nothing here throws or waits, whatever the text. */
export interface Enricher {
  /** About an address, or an actor such as `2001:db8:1:2::/64`. All is empty for what is neither. */
  about(address: string, userAgent?: string): Enrichment;
  /** The crawler that a user agent claims to be; undefined when it claims none. */
  crawlerOf(address: string, userAgent: string): CrawlerClaim | undefined;
  /** True for a user agent that is no browser's. */
  isBot(userAgent: string): boolean;
  /** Takes on another configuration; the next answers follow it. */
  reload(settings: EnrichmentSettings): void;
  /** Resolves when the person's databases were tried once. */
  readonly ready: Promise<void>;
  close(): void;
}

export interface EnrichmentOptions {
  readonly settings: EnrichmentSettings;
  /** Path of `countries.bin`; read at the first question. */
  readonly countriesFile: string | URL;
  /** Told, once each, what a person should know about databases. */
  readonly notice: (text: string) => void;
  /** A database was read: what `about` said before may no longer hold. */
  readonly changed?: () => void;
  /** DNS has answered about a claim that `crawlerOf` was asked about before. */
  readonly judged?: (address: string, claim: CrawlerClaim) => void;
  readonly clock?: Clock;
  /** Made only when the settings allow DNS. */
  readonly resolver?: () => DnsResolver;
  readonly files?: DatabaseFiles;
  /** Addresses remembered. */
  readonly capacity?: number;
}

const CAPACITY = 10_000;
/** Of an address with brackets, zone and port; what is longer is none. */
const LONGEST_ADDRESS = 128;
const NOTHING: Enrichment = { country: '', network: '', tag: '', allowed: false, isPrivate: false, crawler: undefined };
const LOCAL: Enrichment = { ...NOTHING, isPrivate: true };

/** What depends on the configuration. */
interface Configured {
  readonly settings: EnrichmentSettings;
  readonly networks: NamedNetworks;
  readonly databases: Databases;
  readonly dns: ReverseDns | undefined;
}

/** See {@link Enricher}. The last {@link CAPACITY} addresses are remembered. */
export function createEnrichment(options: EnrichmentOptions): Enricher {
  const capacity = options.capacity ?? CAPACITY;
  const known = createRecentCache<Enrichment>(capacity);
  const countryOf = bundledCountries(options);
  const forget = (): void => known.clear();
  let configured = configure(options.settings, { options, forget });
  const crawlerOf = createCrawlerVerdicts({ capacity, ask: (question) => configured.dns?.ask(question) });

  function remembered(text: string): Enrichment {
    if (text.length > LONGEST_ADDRESS) return NOTHING;
    const found = known.get(text);
    if (found !== undefined) return found;
    const address = addressIn(text);
    if (address === undefined) return isLocalName(text) ? LOCAL : NOTHING;
    const learnt = learn(address, configured, countryOf);
    known.set(copyText(text), learnt);
    return learnt;
  }

  return {
    about(address, userAgent = '') {
      const found = remembered(address);
      const crawler = userAgent === '' ? undefined : crawlerOf(address, userAgent);
      return crawler === undefined ? found : { ...found, crawler };
    },
    crawlerOf,
    isBot: createBotCheck(),
    reload(settings) {
      configured = configure(settings, { options, forget, before: configured });
      forget();
    },
    get ready() {
      return configured.databases.ready;
    },
    close() {
      configured.databases.close();
      configured.dns?.close();
    },
  };
}

function learn(address: Address, { networks, databases }: Configured, countryOf: (address: Address) => string): Enrichment {
  const isPrivate = isPrivateAddress(address);
  const tag = networks.tagOf(address);
  const { country, network } = databases.look(address.text);
  return {
    country: country || (isPrivate ? '' : countryOf(address)),
    network,
    tag,
    allowed: networks.isAllowed(address, tag),
    isPrivate,
    crawler: undefined,
  };
}

interface Surroundings {
  readonly options: EnrichmentOptions;
  readonly forget: () => void;
  /** What held until now; its databases and DNS go on where their settings are the same, and end otherwise. */
  readonly before?: Configured;
}

function configure(settings: EnrichmentSettings, { options, forget, before }: Surroundings): Configured {
  const { databases: paths, dns } = settings.enrichment;
  const old = before?.settings.enrichment;
  const samePaths = old !== undefined && old.databases.length === paths.length && paths.every((path, i) => path === old.databases[i]);
  if (!samePaths) before?.databases.close();
  if (!dns) before?.dns?.close();
  return {
    settings,
    networks: createNamedNetworks(settings),
    databases: before !== undefined && samePaths ? before.databases : open(paths, { options, forget }),
    dns: dns ? (before?.dns ?? askDns(options)) : undefined,
  };
}

function open(paths: readonly string[], { options, forget }: Surroundings): Databases {
  const { clock = systemClock, files = systemFiles, notice } = options;
  const changed = (): void => {
    forget();
    options.changed?.();
  };
  return openDatabases({ paths, files, open: openMmdb, clock, notice, changed });
}

/** The reader is loaded only where a person has a database. */
async function openMmdb(file: Buffer): Promise<Mmdb> {
  const { readMmdb } = await import('./mmdb.ts');
  return readMmdb(file);
}

function askDns({ clock = systemClock, resolver = () => systemResolver(), judged }: EnrichmentOptions): ReverseDns {
  return createReverseDns({
    resolver: resolver(),
    clock,
    onVerdict({ address, crawler }, verdict) {
      if (verdict !== 'unknown') judged?.(address, claimAfterDns({ name: crawler, state: 'unverified' }, verdict));
    },
  });
}

/** An actor of IPv6 is a network; its first address stands for it. */
function addressIn(text: string): Address | undefined {
  return parseAddress(text.endsWith('/64') ? text.slice(0, -3) : text);
}
