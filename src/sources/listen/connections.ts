import type { Socket } from 'node:net';
import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import type { CreateFramer, Framer } from './framer.ts';

/** Bounds of one listening address. */
export interface ConnectionLimits {
  readonly connections: number;
  /** A connection that was silent this long makes room for a new one when there is no other. */
  readonly idleMs: number;
  /** How long a peer may leave a long message half sent. */
  readonly stalledMs: number;
  /** How long a peer may take to say who it is, where it must. */
  readonly handshakeMs: number;
  /** Messages of more than {@link LONG_BYTES} that are put together at the same time; further ones wait. */
  readonly longMessages: number;
}

export const DEFAULT_LIMITS: ConnectionLimits = {
  connections: 256,
  idleMs: 60_000,
  stalledMs: 60_000,
  handshakeMs: 10_000,
  longMessages: 4,
};

const LONG_BYTES = 262_144;
const KEEP_ALIVE_MS = 60_000;
/** What a connection with a rate may send at once, in milliseconds of its rate. */
const BURST_MS = 1000;
const NOTHING = (): void => {};

export interface Connection {
  readonly id: string;
  readonly address: string;
  readonly socket: Socket;
  readonly framer: Framer;
}

/** The connections of one listening address, dealt with in turn: each gives one chunk, then the next comes. */
export interface Connections {
  /** Takes a connection in, or refuses it. */
  accept(socket: Socket): void;
  /** The next connection that has something to read, or has ended; undefined when there is none. */
  next(): Connection | undefined;
  /** To be called after a chunk was taken from a connection. */
  took(connection: Connection, bytes: number): void;
  /** Ends a connection; `reason` is told. */
  close(connection: Connection, reason?: string): void;
  /** Answers the end that a peer has sent: all it sent is kept. */
  finish(connection: Connection): void;
  closeAll(): void;
  readonly size: number;
}

export interface ConnectionsParts {
  readonly createFramer: CreateFramer;
  readonly limits: ConnectionLimits;
  readonly ratePerSecond: number | undefined;
  /** Whether a peer has to prove itself by a handshake in {@link ConnectionLimits.handshakeMs}. */
  readonly handshake: boolean;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
  /** Something can be read. */
  readonly wake: () => void;
}

interface Held extends Connection {
  heardMs: number;
  /** Waits in the line of those that can be read. */
  queued: boolean;
  /** No byte is read before this time (a rate). */
  notBeforeMs: number;
  readonly cancels: Record<'silence' | 'handshake' | 'rate', () => void>;
}

export function createConnections({ createFramer, limits, ratePerSecond, handshake, clock, notice, wake }: ConnectionsParts): Connections {
  const open = new Map<string, Held>();
  const ready: Held[] = [];
  const long = new Set<Held>();
  /** They could be read, but hold half a long message while others do. */
  const parked: Held[] = [];
  let count = 0;

  const enqueue = (connection: Held): void => {
    if (connection.queued || !open.has(connection.id)) return;
    connection.queued = true;
    ready.push(connection);
    wake();
  };
  const settleLong = (connection: Held, isLong: boolean): void => {
    if (isLong) long.add(connection);
    else if (long.delete(connection)) for (const one of parked.splice(0)) enqueue(one);
  };
  const forget = (connection: Held): boolean => {
    if (!open.delete(connection.id)) return false;
    for (const cancel of Object.values(connection.cancels)) cancel();
    settleLong(connection, false);
    return true;
  };
  const close = (connection: Held, reason?: string): void => {
    if (!forget(connection)) return;
    connection.socket.destroy();
    if (reason !== undefined) notice(reason);
  };
  const makeRoom = (): boolean => {
    if (open.size < limits.connections) return true;
    const silent = [...open.values()].reduce((a, b) => (b.heardMs < a.heardMs ? b : a));
    if (clock.monotonic() - silent.heardMs < limits.idleMs) return false;
    close(silent, t('{address}: closed after a long silence, to make room for another connection', { address: silent.address }));
    return true;
  };
  const watch = (connection: Held): void => {
    const { address } = connection;
    const check = (): void => {
      const silentMs = clock.monotonic() - connection.heardMs;
      const stalled = connection.framer.heldBytes > LONG_BYTES && !parked.includes(connection);
      if (stalled && silentMs >= limits.stalledMs)
        close(connection, t('{address}: closed, it stopped in the middle of a message', { address }));
      else connection.cancels.silence = clock.after(limits.stalledMs, check);
    };
    connection.cancels.silence = clock.after(limits.stalledMs, check);
    if (!handshake) return;
    const late = (): void => {
      if (!connection.framer.proven) close(connection, t('{address}: closed, it did not say who it is in time', { address }));
    };
    connection.cancels.handshake = clock.after(limits.handshakeMs, late);
  };

  return {
    accept(socket) {
      const address = socket.remoteAddress ?? '';
      socket.on('error', () => {});
      if (!makeRoom()) {
        socket.destroy();
        notice(t('{address}: refused, there are {n} connections already', { address, n: open.size }));
        return;
      }
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      const framer = createFramer({ address, write: (bytes) => void (socket.writable && socket.write(bytes)) });
      const connection: Held = {
        id: `${++count}`,
        address,
        socket,
        framer,
        heardMs: clock.monotonic(),
        queued: false,
        notBeforeMs: 0,
        cancels: { silence: NOTHING, handshake: NOTHING, rate: NOTHING },
      };
      open.set(connection.id, connection);
      for (const event of ['readable', 'end', 'close', 'error']) socket.on(event, () => enqueue(connection));
      watch(connection);
      const greeting = framer.greeting?.();
      if (greeting !== undefined) socket.write(greeting);
    },
    next() {
      for (let connection = ready.shift(); connection !== undefined; connection = ready.shift()) {
        connection.queued = false;
        if (!open.has(connection.id)) continue;
        const waitMs = connection.notBeforeMs - BURST_MS - clock.monotonic();
        if (waitMs > 0) {
          const waiting = connection;
          connection.cancels.rate = clock.after(waitMs, () => enqueue(waiting));
          continue;
        }
        if (connection.framer.heldBytes > LONG_BYTES && !long.has(connection) && long.size >= limits.longMessages) {
          parked.push(connection);
          continue;
        }
        return connection;
      }
      return undefined;
    },
    took({ id }, bytes) {
      const connection = open.get(id);
      if (connection === undefined) return;
      connection.heardMs = clock.monotonic();
      if (ratePerSecond !== undefined)
        connection.notBeforeMs = Math.max(connection.heardMs, connection.notBeforeMs) + (bytes / ratePerSecond) * 1000;
      settleLong(connection, connection.framer.heldBytes > LONG_BYTES);
      enqueue(connection);
    },
    close({ id }, reason) {
      const connection = open.get(id);
      if (connection !== undefined) close(connection, reason);
    },
    finish({ id }) {
      const connection = open.get(id);
      if (connection !== undefined) forget(connection);
      connection?.socket.end();
    },
    closeAll() {
      for (const connection of [...open.values()]) close(connection);
    },
    get size() {
      return open.size;
    },
  };
}
