import { type Draft, putVerbatim } from './draft.ts';
import { peerInText } from './named-peer.ts';
import { userInText } from './text-user.ts';

/** netfilter's LOG target and UFW: `… PROTO=TCP SPT=4711 DPT=22 …`. */
const NETFILTER = / PROTO=([A-Z0-9]{1,12}) (?:SPT=\d{1,5} )?DPT=(\d{1,5})(?= |$)/;
/** pf of OPNsense and pfSense (filterlog): `…,tcp,40,192.0.2.1,10.0.0.2,4711,22,…`. */
const FILTERLOG = /,(tcp|udp),\d{1,6},[0-9a-fA-F.:]{3,45},[0-9a-fA-F.:]{3,45},\d{1,5},(\d{1,5}),/;

/** Cisco's firewalls: `Deny tcp src outside:192.0.2.1/4711 dst inside:10.0.0.2/22`. */
const CISCO = / (tcp|udp) src \S{3,90} dst [\w-]{1,40}:[0-9a-fA-F.:]{3,45}\/(\d{1,5})(?= |$)/;

function refusedPort(raw: string, from: number): RegExpExecArray | null {
  if (raw.includes(' DPT=', from)) return NETFILTER.exec(raw.slice(from, from + 1000));
  const text = raw.slice(from, from + 400);
  return text.includes(' dst ') ? CISCO.exec(text) : FILTERLOG.exec(text);
}

/** Sets address and user from the message that stands in the line from `from` on, where a program names them, and of a packet filter's line the port as target: `22/tcp`. */
export function putPeer(entry: Draft, from: number): void {
  const { raw } = entry;
  const { address, user } = peerInText(raw, from);
  if (address === undefined) return;
  putVerbatim(entry, 'address', address.start, address.end);
  if (user !== undefined) putVerbatim(entry, 'user', user.start, user.end);
  const port = refusedPort(raw, from);
  if (port !== null) entry.target = `${port[2]}/${port[1]?.toLowerCase()}`;
}

/** Sets the user that the message from `from` on names. */
export function putUser(entry: Draft, from: number): void {
  const user = userInText(entry.raw, from);
  if (user !== undefined) putVerbatim(entry, 'user', user.start, user.end);
}
