import type { Entry, Span } from '../model/entry.ts';
import { peerBehindMark } from './named-peer.ts';
import { userInText } from './text-user.ts';

/** Connections that are remembered at once; the oldest is forgotten first. */
const MAX_CONNECTIONS = 1024;
/** Only the beginning of a line is searched for the number of its connection: behind it stand the client's words. */
const MAX_HEAD = 160;

/**
 * How daemons number a connection, so that each line tells of which it is: OpenLDAP `conn=1000 op=0`, Erlang's processes (RabbitMQ, EMQX) `<0.711.0>`,
 * strongSwan's threads `07[IKE]`, of which one handles one packet.
 */
const NUMBER =
  /^(conn=\d{1,12}\b|<\d{1,6}\.\d{1,9}\.\d{1,6}>|\d\d(?=\[[A-Z]{3}\])|\[?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?=\]))/;
/** PostgreSQL's own prefix (`%m [%p] %q%u@%d `): the number of the process, which serves one connection. */
const PROCESS = /^.{10,48}?(\[\d{1,10}\])[^[\]]{0,20}(?:\[unknown\]@\[unknown\])?.{0,80}?(?:LOG|FATAL|ERROR|DETAIL|WARNING): {2}/;
/** How a daemon begins the line that tells who has come; further on a client could have written the same. */
const OPENS =
  /^(?:(?:\d{1,10}\] )?(?:\[unknown\]@\[unknown\] )?(?:LOG: {2})?connection received: |conn=\d{1,12} fd=\d{1,9} ACCEPT from |<[\d.]{3,30}> accepting |\d\d\[NET\] received packet: from |\[?[\da-f-]{36}\] Started [A-Z]{3,7} ")/;
/** Words that tell how a login went: only then the address is worth looking up. */
const OUTCOME = /fail|err=\d|refused|denied|invalid|incorrect|locked|unauthor|not author|authorized|logged in/i;

/** Who a daemon's line is about when another of its lines has said so. */
export interface Connections {
  /** The entry with the peer and account that it lacks; the same entry where nothing is known. */
  complete(entry: Entry): Entry;
}

/** Remembers the peers of the last 1,024 connections of one source, by the numbers that the daemons themselves give them. */
export function createConnections(): Connections {
  const peers = new Map<string, string>();
  const remember = (id: string, address: string): void => {
    peers.delete(id);
    peers.set(id, address);
    if (peers.size <= MAX_CONNECTIONS) return;
    const [oldest] = peers.keys();
    if (oldest !== undefined) peers.delete(oldest);
  };
  return {
    complete(entry) {
      const { message } = entry;
      if (entry.address !== '') {
        const id = OPENS.test(message) ? numberOf(entry) : undefined;
        if (id !== undefined) remember(id, entry.address);
        return entry;
      }
      if (!OUTCOME.test(message)) return entry;
      const id = peers.size === 0 ? undefined : numberOf(entry);
      const address = id === undefined ? undefined : peers.get(id);
      const user = entry.user === '' ? userInText(message, 0) : undefined;
      if (address === undefined && user === undefined) return entry;
      return { ...entry, address: address ?? '', user: user === undefined ? entry.user : textOf(message, user) };
    },
  };
}

function numberOf({ message, raw, program }: Entry): string | undefined {
  const found = NUMBER.exec(message) ?? PROCESS.exec(raw.slice(0, MAX_HEAD));
  return found?.[1] === undefined ? undefined : `${program} ${found[1]}`;
}

const textOf = (text: string, { start, end }: Span): string => text.slice(start, end);

/** An entry of several lines that names its peer in one behind the first. */
export function completeJoined(entry: Entry, firstLength: number): Entry {
  if (entry.address !== '' || entry.message.startsWith('Traceback')) return entry;
  const address = peerBehindMark(entry.message, firstLength);
  return address === undefined ? entry : { ...entry, address: textOf(entry.message, address) };
}
