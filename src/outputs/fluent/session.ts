import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { t } from '../../lang/lang.ts';
import { decodeObject, isMap, type Value } from '../../net/msgpack/decode.ts';
import { createMessageAssembler } from '../../net/msgpack/message-assembler.ts';
import { pack, packBinary, packList } from '../../net/msgpack/pack.ts';
import type { Secret } from '../../settings/secret.ts';
import { connect, type Peer } from '../connection.ts';

export interface FluentLogin {
  readonly sharedKey?: Secret | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** Name of this machine. */
  readonly host: string;
}

/** What a forward server says; its texts as bytes, since a nonce is any. */
type Said = Value<Buffer>;

/** A connection to a forward server, logged in. */
export interface Session {
  write(bytes: Buffer): void;
  /** The server's next message. Rejects when the connection ends, or on what is no MessagePack. */
  next(): Promise<Said>;
  readonly isOpen: boolean;
  close(): void;
}

/** A server says little. */
const MAX_MESSAGE_BYTES = 64 * 1_024;
/** Answers that nobody has asked for yet. */
const MAX_HELD = 1_024;

const copyOf = (bytes: Buffer): Buffer => Buffer.from(bytes);

function openSession(socket: Socket): Session {
  const assembler = createMessageAssembler(() => MAX_MESSAGE_BYTES);
  const held: Said[] = [];
  let ended: Error | undefined;
  let waiting: { readonly resolve: (value: Said) => void; readonly reject: (error: Error) => void } | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    waiting?.reject(ended);
    waiting = undefined;
    socket.destroy();
  };
  const look = (): void => {
    const [message] = held;
    if (waiting === undefined || message === undefined) return;
    held.shift();
    const { resolve } = waiting;
    waiting = undefined;
    resolve(message);
  };
  socket.on('error', end);
  socket.on('close', () => end(new Error(t('the connection was closed'))));
  socket.on('data', (chunk: Buffer) => {
    for (const message of assembler.push(chunk)) {
      held.push(decodeObject(message, 0, copyOf).value);
      look();
    }
    if (assembler.broken === 'long' || held.length > MAX_HELD) end(new Error(t('it says more than a forward server would')));
    else if (assembler.broken !== undefined) end(new Error(t('it answered with what is no MessagePack: is it a forward server?')));
  });
  return {
    write: (bytes) => void socket.write(bytes),
    next: () =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        waiting = { resolve, reject };
        look();
      }),
    get isOpen() {
      return ended === undefined;
    },
    close: () => end(new Error('closed')),
  };
}

const digest = (...parts: readonly (Buffer | string)[]): string => {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const bytesOf = (value: Said | undefined): Buffer => (Buffer.isBuffer(value) ? value : Buffer.alloc(0));

/** The server's message as a list that begins with the given word. */
async function expected(session: Session, word: string): Promise<readonly Said[]> {
  const message = await session.next();
  if (Array.isArray(message) && bytesOf(message[0]).toString('latin1') === word) return message;
  throw new Error(t('it did not say {word}: does it want a shared key?', { word }));
}

/** HELO, PING, PONG (Fluentd Forward Protocol Specification v1, "Handshake Messages"): each side proves that it knows the key. */
async function logIn(session: Session, { sharedKey, user = '', password, host }: FluentLogin): Promise<void> {
  const key = sharedKey?.reveal() ?? '';
  const [, options] = await expected(session, 'HELO');
  const option = (name: string): Buffer => bytesOf(isMap(options) ? options[name] : undefined);
  const nonce = option('nonce');
  const auth = option('auth');
  const salt = randomBytes(16);
  const passwordDigest = auth.length === 0 ? '' : digest(auth, user, password?.reveal() ?? '');
  session.write(
    packList([
      pack('PING'),
      pack(host),
      packBinary(salt),
      pack(digest(salt, host, nonce, key)),
      pack(auth.length === 0 ? '' : user),
      pack(passwordDigest),
    ]),
  );
  const [, isWelcome, reason, serverHost, proof] = await expected(session, 'PONG');
  if (isWelcome !== true) throw new Error(t('it refused the login: {reason}', { reason: bytesOf(reason).toString('utf8') }));
  if (bytesOf(proof).toString('latin1') !== digest(salt, bytesOf(serverHost), nonce, key))
    throw new Error(t('it does not know the shared key'));
}

/** Connects and logs in, where there is a shared key. Rejects when that fails, or on abort. */
export async function startSession(peer: Peer, login: FluentLogin, signal: AbortSignal): Promise<Session> {
  const session = openSession(await connect(peer, signal));
  const abort = (): void => session.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    if (login.sharedKey !== undefined) await logIn(session, login);
    return session;
  } catch (error) {
    session.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
