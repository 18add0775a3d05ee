import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { type Clock, systemClock } from '../../clock/clock.ts';
import { t, tn } from '../../lang/lang.ts';
import type { LineBatch, Source } from '../source.ts';
import { eventBatch } from '../split.ts';
import { createWake, type Wake } from '../wake.ts';
import { createDatagramQueue, type DatagramQueue } from './datagram-queue.ts';
import { keepListening } from './keep-listening.ts';
import { kernelDrops } from './kernel-drops.ts';
import { addressText, type ListenTarget } from './target.ts';

const BUFFER_BYTES = 4_194_304;
const LOOK_MS = 5000;

export interface UdpSourceOptions {
  readonly target: ListenTarget;
  readonly name?: string | undefined;
  readonly clock?: Clock;
  /** In [0, 1); spreads attempts. */
  readonly random?: () => number;
  readonly queue?: () => DatagramQueue;
  /** Datagrams dropped by the system for a port. */
  readonly drops?: (port: number) => number;
}

/** Lines or syslog messages that come in datagrams. What comes faster than it is read waits in 16 MiB; what is dropped is counted and told. */
export function createUdpSource(options: UdpSourceOptions): Source {
  const { target, clock = systemClock, random = Math.random } = options;
  return {
    key: addressText(target),
    name: options.name ?? addressText(target),
    async *read({ signal }) {
      yield* keepListening({ target, clock, random, signal }, () => bindOnce(options, clock, signal));
    },
  };
}

/** Binds and reads until the signal; returns why it could not. */
async function* bindOnce(options: UdpSourceOptions, clock: Clock, signal: AbortSignal): AsyncGenerator<LineBatch, unknown> {
  const { target } = options;
  const queue = (options.queue ?? createDatagramQueue)();
  const wake = createWake();
  const failure: { error?: Error } = {};
  const socket = createSocket({ type: isIP(target.host) === 6 ? 'udp6' : 'udp4' });
  signal.addEventListener('abort', wake.notify);
  try {
    const port = await bind(socket, target);
    socket.on('message', (bytes, { address }) => {
      queue.push(bytes, address);
      wake.notify();
    });
    socket.on('error', (error) => {
      failure.error = error;
      wake.notify();
    });
    yield eventBatch({ type: 'live' });
    yield eventBatch({ type: 'notice', detail: t('listens at {at}', { at: addressText({ ...target, port }) }) });
    const losses = createLosses(() => (options.drops ?? kernelDrops)(port), { clock, queue, wake });
    try {
      yield* take({ queue, wake, losses, failure, signal });
    } finally {
      losses.close();
    }
    return failure.error;
  } catch (error) {
    return error;
  } finally {
    signal.removeEventListener('abort', wake.notify);
    socket.on('error', () => {});
    socket.close();
  }
}

const bind = (socket: Socket, { host, port }: ListenTarget): Promise<number> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', reject);
      enlargeBuffer(socket);
      resolve(socket.address().port);
    });
  });

function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(BUFFER_BYTES);
  } catch {
    // The system's own size has to do.
  }
}

interface Losses {
  /** Datagrams found lost since the last call; news come every five seconds. */
  take(): number;
  close(): void;
}

/** Adds up what the queue and the system dropped; looks at the system's count every five seconds. */
function createLosses(drops: () => number, { clock, queue, wake }: { clock: Clock; queue: DatagramQueue; wake: Wake }): Losses {
  let known = drops();
  let lost = 0;
  let cancel = (): void => {};
  const look = (): void => {
    const now = drops();
    lost += Math.max(0, now - known) + queue.takeDropped();
    known = now;
    if (lost > 0) wake.notify();
    cancel = clock.after(LOOK_MS, look);
  };
  cancel = clock.after(LOOK_MS, look);
  return {
    take() {
      const count = lost;
      lost = 0;
      return count;
    },
    close: () => cancel(),
  };
}

interface Taking {
  readonly queue: DatagramQueue;
  readonly wake: Wake;
  readonly losses: Losses;
  readonly failure: { readonly error?: Error };
  readonly signal: AbortSignal;
}

async function* take({ queue, wake, losses, failure, signal }: Taking): AsyncGenerator<LineBatch> {
  while (!signal.aborted && failure.error === undefined) {
    const dropped = losses.take();
    const run = dropped > 0 ? undefined : queue.take();
    if (run !== undefined) {
      yield { lines: run.lines, bytes: run.bytes, cut: 0, stream: run.address };
      // The socket gets its turn: nothing else makes it wait.
      await new Promise((resolve) => setImmediate(resolve));
    } else if (dropped > 0) {
      const detail = tn(
        dropped,
        '{n} datagram was lost: they came faster than they could be read',
        '{n} datagrams were lost: they came faster than they could be read',
      );
      yield { ...eventBatch({ type: 'notice', detail }), dropped };
    } else await wake.wait();
  }
}
