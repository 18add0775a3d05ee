import { isIP } from 'node:net';
import type { z } from 'zod';
import { msg } from '../lang/lang.ts';
import { parseCidr } from '../net/cidr.ts';

/** The parts of the configuration that say something about addresses. */
export interface EnrichmentSettings {
  /** Networks by a name of the person's choice. */
  readonly networks: Readonly<Record<string, readonly string[]>>;
  /** Names of `networks`, networks and addresses that may do more than others. */
  readonly allow: readonly string[];
  readonly enrichment: {
    /** Paths of .mmdb files. */
    readonly databases: readonly string[];
    /** Ask DNS whether a crawler is who it says. */
    readonly dns: boolean;
  };
}

/** zod is handed in: it is only loaded when a person's file is read. */
interface Zod {
  readonly z: typeof z;
}

/** Begins with a letter and has no colon, so that it is never taken for an address. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/;
const NETWORK_WANTED = msg('expected an address or network such as 192.0.2.1, 198.51.100.0/24 or 2001:db8::/48');
const MOST_NETWORKS = 10_000;
const MOST_NAMES = 200;
const MOST_DATABASES = 8;

/** The settings `networks`, `allow` and `enrichment`, for the whole configuration's schema. */
export function enrichmentFields({ z }: Zod) {
  const network = z.string().refine(isNetwork, { error: NETWORK_WANTED });
  return {
    networks: z
      .record(
        z.string().regex(NAME, { error: msg('expected a name that begins with a letter, of letters, digits, dots, hyphens, at most 40') }),
        z.array(network).min(1).max(MOST_NETWORKS),
      )
      .refine((networks) => Object.keys(networks).length <= MOST_NAMES, { error: `expected at most ${MOST_NAMES} names` })
      .default({})
      .describe('Names for addresses and networks of yours, shown beside them. Of several that hold an address the smallest counts.')
      .meta({ example: { office: ['198.51.100.0/24'], monitoring: ['2001:db8::/48', '192.0.2.7'] } }),
    allow: z
      .array(z.string())
      .max(MOST_NETWORKS)
      .default([])
      .describe('Names from `networks`, addresses and networks whose incidents never rise above low.')
      .meta({ example: ['office', '192.0.2.1'] }),
    enrichment: z
      .strictObject({
        databases: z
          .array(z.string().min(1))
          .max(MOST_DATABASES)
          .default([])
          .describe(
            'Your own MaxMind .mmdb files, for networks (ASN) and better countries; an earlier one counts more. Read again when replaced.',
          )
          .meta({ example: ['/var/lib/GeoIP/GeoLite2-ASN.mmdb'] }),
        dns: z
          .boolean()
          .default(false)
          .describe(
            'Ask DNS whether a search engine is who it says. Whoever runs the asked name servers learns which addresses visit you.',
          ),
      })
      .default({ databases: [], dns: false })
      .describe('What is known about addresses.')
      .meta({ example: { databases: ['/var/lib/GeoIP/GeoLite2-ASN.mmdb'], dns: false } }),
  };
}

/** Something wrong between settings, with its place. */
export interface SettingProblem {
  readonly path: PropertyKey[];
  readonly message: string;
}

/** What no setting shows alone: names in `allow` that `networks` does not have, and a network under two names. */
export function enrichmentProblems({ networks, allow }: Pick<EnrichmentSettings, 'networks' | 'allow'>): SettingProblem[] {
  const names = Object.keys(networks);
  const known = names.length === 0 ? 'networks has none' : `networks has ${names.slice(0, 20).join(', ')}`;
  const unknown = allow.flatMap((entry, i) =>
    isNetwork(entry) || Object.hasOwn(networks, entry)
      ? []
      : [{ path: ['allow', i], message: `${NETWORK_WANTED}, or a name from networks (${known})` }],
  );
  return [...unknown, ...listedTwice(networks)];
}

function listedTwice(networks: EnrichmentSettings['networks']): SettingProblem[] {
  const nameOf = new Map<string, string>();
  return Object.entries(networks).flatMap(([name, list]) =>
    list.flatMap((text, i) => {
      const key = canonical(text);
      const other = nameOf.get(key) ?? name;
      nameOf.set(key, other);
      return other === name ? [] : [{ path: ['networks', name, i], message: `expected a network under one name; it is in ${other} too` }];
    }),
  );
}

/** The same text for the same network, however it is written. */
function canonical(text: string): string {
  const cidr = parseCidr(text);
  if (cidr === undefined) return text;
  const bits = cidr.bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return `${cidr.version}:${bits.slice(0, cidr.prefixBits)}`;
}

/** An address, or a network of more than no bits: all addresses at once are a mistake, not a network. */
function isNetwork(text: string): boolean {
  if (text.length > 50 || isIP(text.split('/', 1)[0] ?? '') === 0) return false;
  return (parseCidr(text)?.prefixBits ?? 0) > 0;
}
