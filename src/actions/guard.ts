import { type Cidr, parseCidr } from '../net/cidr.ts';
import { type BanSubject, overlaps } from './subject.ts';

/** A network that must not be banned by mistake, and whose it is: `Googlebot`, `Cloudflare or Fastly`. */
export interface NamedRange {
  readonly name: string;
  readonly cidr: Cidr;
}

/** What the guard knows of the world. */
export interface GuardFacts {
  /** Peers that are connected to this machine's sshd now. */
  readonly sshPeers: readonly string[];
  /** Addresses of this machine. */
  readonly ownAddresses: readonly string[];
  /** The person's allow list, resolved to networks; the name is the person's own, or the network. */
  readonly allowed: readonly NamedRange[];
  /** Networks of CDNs and search engines. */
  readonly shared: readonly NamedRange[];
  readonly isPrivate: (address: string) => boolean;
}

/** What has to be typed to ban in spite of a refusal. */
export const FORCE_WORD = 'anyway';

/** Fewer bits than these are no attacker but a part of the Internet. */
const NARROWEST = { 4: 16, 6: 48 } as const;

/** Why this should not be banned, one sentence each; empty when nothing speaks against it. */
export function refusalsOf(subject: BanSubject, { sshPeers, ownAddresses, allowed, shared, isPrivate }: GuardFacts): readonly string[] {
  const { text, version, cidr } = subject;
  const hits = (address: string): boolean => {
    const other = parseCidr(address);
    return other !== undefined && overlaps(cidr, other);
  };
  const ssh = sshPeers.filter(hits);
  const own = ownAddresses.filter(hits);
  const listed = allowed.find((range) => overlaps(cidr, range.cidr));
  const common = [...new Set(shared.filter((range) => overlaps(cidr, range.cidr)).map(({ name }) => name))];
  return [
    ...(ssh.length > 0 ? [`${ssh.slice(0, 3).join(', ')} is connected to sshd on this machine right now: this may lock you out`] : []),
    ...(own.length > 0 ? [`${own.slice(0, 3).join(', ')} is an address of this machine`] : []),
    ...(listed === undefined ? [] : [`${text} is on your allow list (${listed.name})`]),
    ...(isPrivate(text.split('/')[0] ?? '') ? [`${text} is private: it is somebody near, or your own proxy`] : []),
    ...(common.length === 0 ? [] : [`${text} belongs to ${common.slice(0, 3).join(', ')}: many visitors come through it`]),
    ...(cidr.prefixBits < NARROWEST[version] ? [`${text} is a large part of the Internet: name /${NARROWEST[version]} or less`] : []),
  ];
}
