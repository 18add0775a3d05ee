import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import { ENGLISH, languageNamed } from '../../lang/language.ts';
import type { FromEngine, ToEngine } from '../client.ts';
import type { EngineEvent } from '../protocol.ts';
import type { Person, Screen } from '../screens/screens.ts';
import { createSnapshotPacer } from '../screens/snapshot-pacer.ts';
import type { Claim } from './attached-person.ts';
import { openProofs, type Proof } from './proof.ts';
import { ATTACH_PROTOCOL, createWire, fieldOf, MOST_FROM_SCREEN, type Wire } from './wire.ts';

/** The engine's Unix socket, at which other screens attach. */
export interface ScreenServer {
  /** Says something to every screen that is attached. */
  tell(event: EngineEvent): void;
  close(): Promise<void>;
}

export interface ServerParts {
  /** Of the socket. Its folder exists and lets in only those who may look. */
  readonly path: string;
  readonly clock: Clock;
  readonly version: string;
  /** IANA zone that times are shown in. */
  readonly timeZone: string;
  readonly openScreen: (person: Person) => Screen;
  readonly personOf: (claim: Claim) => Promise<Person>;
  readonly notice: (text: string) => void;
}

const MOST_SCREENS = 32;
const MOST_REQUESTS = 64;
/** A screen that does not take this much is gone, whatever its connection says. */
const MOST_WAITING = 32 * 1024 * 1024;
const HELLO_MS = 5_000;

/** A Unix socket's name may have this many bytes (unix(7), less the final NUL). */
export const MOST_PATH_BYTES = 107;

/** Begins to listen; rejects with the error of the system. A file left there by an engine that was killed is replaced. */
export async function serveScreens(parts: ServerParts): Promise<ScreenServer> {
  const { path } = parts;
  rmSync(path, { force: true });
  const proofs = openProofs(dirname(path));
  const screens = new Set<Attached>();
  const server = createServer((socket) => {
    if (screens.size >= MOST_SCREENS) {
      socket.end(`${JSON.stringify({ refused: t('{n} screens are attached already', { n: MOST_SCREENS }) })}\n`);
      return;
    }
    const attached = attach(socket, proofs.ask(), parts);
    screens.add(attached);
    void attached.gone.then(() => screens.delete(attached));
  });
  await listening(server, path);
  // Who may come in is decided by the folder.
  chmodSync(path, 0o666);
  return {
    tell(event) {
      for (const screen of screens) screen.tell(event);
    },
    async close() {
      server.close();
      for (const screen of screens) screen.end();
      await Promise.all([...screens].map(({ gone }) => gone));
      rmSync(path, { force: true });
    },
  };
}

const listening = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });

interface Attached {
  tell(event: EngineEvent): void;
  end(): void;
  readonly gone: Promise<void>;
}

/** What a screen says first. */
interface Hello {
  readonly pid: number;
  readonly ssh: string;
  readonly language: string;
}

function helloOf(message: unknown): Hello | undefined {
  if (fieldOf(message, 'secmon') !== ATTACH_PROTOCOL) return undefined;
  const text = (name: string): string => String(fieldOf(message, name) ?? '').slice(0, 200);
  return { pid: Number(fieldOf(message, 'pid')) || 0, ssh: text('ssh'), language: text('language') };
}

function attach(socket: Socket, proof: Proof, parts: ServerParts): Attached {
  const { clock, version, timeZone } = parts;
  let hello: Hello | undefined;
  let session: Session | undefined;
  let settle = (): void => {};
  const gone = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const refuse = (why: string): void => {
    wire.send({ refused: why });
    wire.end();
  };
  const cancelHello = clock.after(HELLO_MS, () => socket.destroy());
  const welcome = async ({ pid, ssh, language }: Hello): Promise<void> => {
    const uid = proof.verify();
    if (uid === undefined) return refuse(t('it is not proved who you are'));
    const person = await parts.personOf({ uid, pid, ssh, language: languageNamed(language) ?? ENGLISH });
    if (socket.destroyed) return;
    cancelHello();
    session = openSession(wire, parts, person);
    wire.send({ welcome: { version, timeZone, name: person.name, mayNot: person.mayNot } });
  };
  const wire = createWire(socket, {
    most: MOST_FROM_SCREEN,
    message(message) {
      if (session !== undefined) session.take(message);
      else if (hello === undefined) {
        hello = helloOf(message);
        if (hello === undefined) refuse(t('this engine is secmon {version}, which speaks another language', { version }));
        else wire.send({ prove: proof.path });
      } else if (fieldOf(message, 'proved') === true) welcome(hello).catch(() => socket.destroy());
    },
    closed() {
      cancelHello();
      proof.verify();
      void (session?.close() ?? Promise.resolve()).finally(settle);
    },
  });
  return {
    tell: (event) => session?.tell(event),
    end: () => void socket.destroySoon(),
    gone,
  };
}

interface Session {
  take(message: unknown): void;
  tell(event: EngineEvent): void;
  close(): Promise<void>;
}

/** An attached screen after its welcome: the same conversation as with the engine's own screen. */
function openSession(wire: Wire, { clock, openScreen, notice }: ServerParts, person: Person): Session {
  const screen = openScreen(person);
  let pending = 0;
  const post = (message: FromEngine): void => {
    if (wire.waiting > MOST_WAITING) wire.end();
    else wire.send(message);
  };
  const pacer = createSnapshotPacer({ clock, engine: screen, post });
  notice(
    person.mayNot === ''
      ? t('{name} has attached a screen, as operator', { name: person.name })
      : t('{name} has attached a screen, as viewer', { name: person.name }),
  );
  pacer.start();
  const answer = ({ id, command, request }: Extract<ToEngine, { type: 'request' }>): void => {
    if (pending >= MOST_REQUESTS) {
      post({ type: 'error', id, message: t('too many questions at once') });
      return;
    }
    pending++;
    screen
      .request(command, request)
      .then((reply) => post({ type: 'reply', id, reply }))
      .catch((error: unknown) => post({ type: 'error', id, message: error instanceof Error ? error.message : String(error) }))
      .finally(() => pending--);
  };
  return {
    take(message) {
      const type = fieldOf(message, 'type');
      if (type === 'drawn') pacer.drawn();
      if (type === 'request' && typeof fieldOf(message, 'id') === 'number') answer(message as Extract<ToEngine, { type: 'request' }>);
    },
    tell: (event) => post({ type: 'event', event }),
    async close() {
      pacer.stop();
      await screen.close();
    },
  };
}
