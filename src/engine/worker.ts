import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock/clock.ts';
import { setLanguage } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';
import { openDoor } from './attach/door.ts';
import type { ScreenServer } from './attach/server.ts';
import type { FromEngine, ToEngine } from './client.ts';
import { type Engine, openEngine } from './engine.ts';
import type { EngineOptions } from './options.ts';
import { createSnapshotPacer } from './screens/snapshot-pacer.ts';

/** The engine's thread: everything but the terminal happens here (design: "The engine runs in a worker thread"). */
async function main(options: EngineOptions): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('worker.js runs only as the thread of secmon');
  const post = (message: FromEngine): void => port.postMessage(message);
  const early: ToEngine[] = [];
  let receive = (message: ToEngine): void => void early.push(message);
  port.on('message', (message: ToEngine) => receive(message));

  setLanguage(options.language ?? ENGLISH);
  let door: ScreenServer | undefined;
  const engine: Engine = await openEngine(options, {
    clock: systemClock,
    emit(event) {
      post({ type: 'event', event });
      if (event.type === 'notify') door?.tell(event);
    },
  });
  door = await openDoor(engine, options, { clock: systemClock, env: process.env });
  const pacer = createSnapshotPacer({ clock: systemClock, engine, post });
  receive = (message) => {
    switch (message.type) {
      case 'request':
        engine.client
          .request(message.command, message.request)
          .then((reply) => post({ type: 'reply', id: message.id, reply }))
          .catch((error: unknown) =>
            post({ type: 'error', id: message.id, message: error instanceof Error ? error.message : String(error) }),
          );
        return;
      case 'drawn':
        pacer.drawn();
        return;
      case 'close':
        pacer.stop();
        void Promise.all([door?.close(), engine.client.close()]).then(() => {
          post({ type: 'closed' });
          port.close();
        });
    }
  };
  for (const message of early) receive(message);
  pacer.start();
  await engine.run();
}

main(workerData).catch((error: unknown) => {
  parentPort?.postMessage({
    type: 'event',
    event: { type: 'fatal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  } satisfies FromEngine);
});
