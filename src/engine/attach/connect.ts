import { connect as connectSocket, type Socket } from 'node:net';
import { t } from '../../lang/lang.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { FromEngine, Port, ToEngine } from '../client.ts';
import { prove } from './proof.ts';
import { ATTACH_PROTOCOL, createWire, fieldOf, MOST_FROM_ENGINE, type Wire } from './wire.ts';

/** What the engine says of itself and of whoever attached. */
export interface Welcome {
  readonly version: string;
  readonly timeZone: string;
  /** Who the engine found this to be. */
  readonly name: string;
  /** `''` for an operator. */
  readonly mayNot: string;
}

/** One connection to an engine of another process. */
export interface Connection {
  readonly welcome: Welcome;
  send(message: ToEngine): void;
  /** Goes; the engine stays. */
  end(): void;
}

export interface ConnectParts {
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly language: string;
  readonly receive: (message: FromEngine) => void;
  /** The connection ended, after it was welcomed. */
  readonly gone: () => void;
}

/** There is nobody at the socket, or it may not be reached. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
}

const ABSENT = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR']);

/** Attaches to the engine at a Unix socket. Rejects with {@link NoEngineError} where there is none, else with a sentence that says why not. */
export async function connectEngine({ path, env, language, receive, gone }: ConnectParts): Promise<Connection> {
  const socket = await openSocket(path);
  return new Promise((resolve, reject) => {
    let welcomed = false;
    const wire: Wire = createWire(socket, {
      most: MOST_FROM_ENGINE,
      message(message) {
        if (welcomed) {
          receive(message as FromEngine);
          return;
        }
        const asked = fieldOf(message, 'prove');
        const refused = fieldOf(message, 'refused');
        if (typeof asked === 'string') answerProof(wire, asked, reject);
        else if (typeof refused === 'string') reject(new Error(refused));
        else {
          welcomed = true;
          resolve({ welcome: fieldOf(message, 'welcome') as Welcome, send: wire.send, end: wire.end });
        }
      },
      closed(reason) {
        if (welcomed) gone();
        else reject(new Error(reason || t('the engine hung up')));
      },
    });
    wire.send({ secmon: ATTACH_PROTOCOL, pid: process.pid, ssh: env['SSH_CONNECTION'] ?? '', language });
  });
}

function answerProof(wire: Wire, path: string, reject: (error: Error) => void): void {
  try {
    prove(path);
    wire.send({ proved: true });
  } catch (cause) {
    reject(new Error(t('cannot prove who this is: {path} cannot be made', { path }), { cause }));
    wire.end();
  }
}

const openSocket = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectSocket(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (ABSENT.has(error.code ?? '')) reject(new NoEngineError(t('there is no engine at {path}', { path })));
      else if (error.code === 'EACCES')
        reject(
          new Error(
            t(
              'the engine at {path} lets in only its group: sudo usermod -aG secmon USER, then log in again. Name a log file to watch it without that engine.',
              { path },
            ),
          ),
        );
      else reject(error);
    });
  });

/** How long to wait before the engine is looked for again. */
const AGAIN_MS = 1_000;

export interface AttachedPortParts extends Omit<ConnectParts, 'receive' | 'gone'> {
  readonly after: (ms: number, work: () => void) => () => void;
}

/** A port to an engine of another process. When the engine goes, the screen says so, and the engine is looked for until it is back. */
export async function openAttachedPort({ after, ...to }: AttachedPortParts): Promise<{ port: Port; welcome: Welcome; end(): void }> {
  let listener: (message: FromEngine) => void = () => {};
  let connection: Connection | undefined;
  let cancel = (): void => {};
  let left = false;
  let view: ToEngine | undefined;
  let last: Extract<FromEngine, { type: 'event' }> | undefined;
  const pending = new Set<number>();

  const receive = (message: FromEngine): void => {
    if (message.type === 'reply' || message.type === 'error') pending.delete(message.id);
    if (message.type === 'event' && message.event.type === 'snapshot') last = message;
    // The answer to a view is a snapshot, too, and may be the only one of it.
    if (message.type === 'reply' && view?.type === 'request' && message.id === view.id)
      last = { type: 'event', event: { type: 'snapshot', snapshot: message.reply as Snapshot } };
    listener(message);
  };
  /** What was seen last, marked as old; said again and again, as the screen shows a notice for a while only. */
  const sayGone = (): void => {
    const text = t('THE ENGINE HAS GONE: what you see is old. It is looked for …');
    if (last?.event.type !== 'snapshot') return;
    const { snapshot } = last.event;
    const id = Math.max(0, ...snapshot.notices.map((notice) => notice.id)) + 1;
    last = { type: 'event', event: { type: 'snapshot', snapshot: { ...snapshot, isGone: true, notices: [{ id, text }] } } };
    listener(last);
  };
  const lose = (): void => {
    connection = undefined;
    if (left) return;
    for (const id of pending) listener({ type: 'error', id, message: t('the engine has gone') });
    pending.clear();
    sayGone();
    cancel = after(AGAIN_MS, again);
  };
  const open = (): Promise<Connection> => connectEngine({ ...to, receive, gone: lose });
  const again = (): void => {
    open()
      .then((opened) => {
        connection = opened;
        if (view !== undefined) opened.send(view);
      })
      .catch(() => {
        if (left) return;
        sayGone();
        cancel = after(AGAIN_MS, again);
      });
  };
  connection = await open();
  const { welcome } = connection;
  const end = (): void => {
    left = true;
    cancel();
    connection?.end();
  };
  return {
    welcome,
    end,
    port: {
      listen(next) {
        listener = next;
      },
      post(message) {
        if (message.type === 'close') {
          end();
          listener({ type: 'closed' });
          return;
        }
        if (message.type === 'request') {
          if (message.command === 'view') view = message;
          if (connection === undefined) {
            listener({ type: 'error', id: message.id, message: t('the engine has gone') });
            return;
          }
          pending.add(message.id);
        }
        connection?.send(message);
      },
    },
  };
}
