import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { createPortClient, type FromEngine, type Port } from '../engine/client.ts';
import type { EngineOptions } from '../engine/options.ts';
import type { EngineEvent } from '../engine/protocol.ts';
import { t } from '../lang/lang.ts';
import type { WindowName } from '../model/snapshot.ts';

/** V8 gives a thread up to 48 MB for what has just been made, ten times what pays off here. */
const YOUNG_MB = 4;

/** The engine's thread and how to reach it. `broken` is called when the thread dies. */
function startEngine(options: EngineOptions, broken: (error: unknown) => void): { port: Port; worker: Worker } {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: options, stdin: false, resourceLimits });
  // Making a thread undoes this setting of the launcher's, for all threads.
  worker.once('online', () => setFlagsFromString('--semi-space-growth-factor=1'));
  worker.on('error', broken);
  return {
    worker,
    port: {
      post: (message) => worker.postMessage(message),
      listen: (listener) => void worker.on('message', (message: FromEngine) => listener(message)),
    },
  };
}

/** Process groups that the engine's commands run in; ended with the screen, whatever way it goes. */
function createGroups(): { follow(event: EngineEvent): void; end(): void } {
  const pids = new Set<number>();
  return {
    follow(event) {
      if (event.type === 'spawned') pids.add(event.pid);
      if (event.type === 'exited') pids.delete(event.pid);
    },
    end() {
      for (const pid of pids) {
        try {
          process.kill(-pid, 'SIGTERM');
        } catch {
          // It has ended already.
        }
      }
      pids.clear();
    },
  };
}

/** How long the engine may take to stop sources and write its state. */
const CLOSE_MS = 2000;

/** How a screen looks at first. */
export interface Looks {
  readonly theme: string;
  readonly window: WindowName;
  /** IANA zone that times are shown in. */
  readonly timeZone: string;
}

/** The engine behind a screen, and how to leave it. */
export interface ScreenEngine {
  readonly port: Port;
  /** After the client has closed. */
  stop(): Promise<unknown>;
}

/** Shows the screen of an engine of its own until the operator leaves. Undefined when there is no terminal to take (the reason was printed). */
export const runScreen = (options: EngineOptions, looks: Omit<Looks, 'timeZone'>): Promise<number | undefined> =>
  showScreen(
    (broken) => {
      const { port, worker } = startEngine(options, broken);
      return { port, stop: () => worker.terminate() };
    },
    { ...looks, timeZone: options.timeZone },
  );

/** Shows the screen of an engine, which is started once there is a terminal. */
export async function showScreen(
  start: (broken: (error: unknown) => void) => ScreenEngine,
  { theme, window, timeZone }: Looks,
): Promise<number | undefined> {
  // Standard input is put out of everyone's reach before Ink is loaded (design: "Keys come from /dev/tty").
  const { openSession } = await import('../ui/terminal/session.ts');
  const { listThemes, loadTheme } = await import('../ui/theme/theme.ts');
  const directory = fileURLToPath(new URL('../themes', import.meta.url));
  const first = loadTheme(theme, directory);
  const others = listThemes(directory).filter((name) => name !== first.name);
  const themes = [first, ...others.map((name) => loadTheme(name, directory))];
  const { session, reason } = openSession({ env: process.env });
  if (!session) {
    process.stderr.write(`secmon: ${t('{reason}, so it prints instead', { reason })}\n`);
    return undefined;
  }
  const { port, stop } = start((error) => session.fail(error));
  const client = createPortClient(port);
  const groups = createGroups();
  client.subscribe(groups.follow);
  session.onExit(() => groups.end());
  session.onExit(async () => {
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([client.close(), timeout]);
    await stop();
  });
  const { startUi } = await import('../ui/start.tsx');
  startUi({ client, session, themes, window, timeZone });
  // The session ends the process.
  return new Promise(() => {});
}
