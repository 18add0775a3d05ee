import type { Socket } from 'node:net';
import type { Peer } from './peer.ts';
import { HELPER_VERSION, type HelperProtocol, type HelperRequest, type HelperType, readRequest } from './requests.ts';

/** Why something was not done; the message is one sentence for the person who asked. */
export class HelperRefusal extends Error {
  override readonly name = 'HelperRefusal';
}

/** What the helper does about each request. Rejections reach the caller as one sentence. */
export type HelperHandlers = {
  readonly [K in HelperType]: (request: HelperProtocol[K]['request'], tell: Tell) => Promise<HelperProtocol[K]['reply']>;
};

/** Tells the caller what a program prints meanwhile. */
export type Tell = (output: string) => void;

export interface ServerParts {
  /** Proves who connected, before anything is read. */
  readonly proof: (socket: Socket) => Promise<Peer>;
  /** What is done for this caller. */
  readonly desk: (peer: Peer) => Promise<HelperHandlers>;
  /** How long a request may take to arrive. */
  readonly patienceMs?: number;
}

/** No request is longer. */
export const MAX_REQUEST_BYTES = 4_096;
const PATIENCE_MS = 5_000;
/** A caller who does not read is told nothing more beyond this. */
const MAX_UNREAD_BYTES = 1_024 * 1_024;
const MAX_OUTPUT = 4_000;

/**
 * Answers one connection: proves the caller, reads one line, does it, answers with JSON lines (`output` any number of times, then `ok`), and
 * closes. Never rejects. What was begun is done to its end even when the caller is gone meanwhile.
 */
export async function serveConnection(socket: Socket, { proof, desk, patienceMs = PATIENCE_MS }: ServerParts): Promise<void> {
  socket.on('error', () => {});
  const write = (message: object): void => {
    if (!socket.writable) return;
    socket.write(`${JSON.stringify({ version: HELPER_VERSION, ...message })}\n`);
  };
  try {
    const peer = await proof(socket);
    const line = await readLine(socket, patienceMs);
    const read = readRequest(line);
    if ('problem' in read) {
      const text = read.problem === 'unknown' ? 'the helper does not know this request' : 'this is no request';
      write({ ok: false, reason: read.problem, text });
    } else {
      const tell = (output: string): void => {
        if (socket.writableLength <= MAX_UNREAD_BYTES) write({ output: output.slice(0, MAX_OUTPUT) });
      };
      write({ ok: true, reply: await handle(await desk(peer), read.request, tell) });
    }
  } catch (error) {
    write({ ok: false, reason: 'refused', text: error instanceof Error ? error.message : String(error) });
  }
  socket.end();
}

function handle(handlers: HelperHandlers, { type, ...request }: HelperRequest, tell: Tell): Promise<unknown> {
  const handler = handlers[type] as (request: object, tell: Tell) => Promise<unknown>;
  return handler(request, tell);
}

/** The first line; rejects when it is too long, too slow, or never ends. */
function readLine(socket: Socket, patienceMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let held = Buffer.alloc(0);
    const timer = setTimeout(() => done(new HelperRefusal('the request did not come in time')), patienceMs);
    const done = (result: string | HelperRefusal): void => {
      clearTimeout(timer);
      socket.off('data', take).off('close', gone).resume();
      if (typeof result === 'string') resolve(result);
      else reject(result);
    };
    const gone = (): void => done(new HelperRefusal('the request was not whole'));
    const take = (bytes: Buffer): void => {
      held = Buffer.concat([held, bytes]);
      const end = held.indexOf(0x0a);
      if (end >= 0 && end <= MAX_REQUEST_BYTES) done(held.subarray(0, end).toString('utf8'));
      else if (held.length > MAX_REQUEST_BYTES) done(new HelperRefusal(`a request is one line of at most ${MAX_REQUEST_BYTES} bytes`));
    };
    socket.on('data', take).on('end', gone).on('close', gone).resume();
  });
}
