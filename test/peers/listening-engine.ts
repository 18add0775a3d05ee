import { onTestFinished } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import type { Entry } from '../../src/model/entry.ts';
import { eventually } from '../e2e/tmux.ts';
import { openOver, view } from '../engine/run-engine.ts';
import { freePort } from '../net/free-port.ts';

export interface ListeningEngine {
  readonly port: number;
  readonly entries: Entry[];
  readonly engine: Engine;
  /** Resolves once so many lines were processed. */
  until(count: number, timeoutMs?: number): Promise<Entry[]>;
  notices(): Promise<string>;
}

/** An engine that listens at a free port of the loopback address; closed after the test. */
export async function listenAt(url: (port: number) => string): Promise<ListeningEngine> {
  const port = await freePort();
  const entries: Entry[] = [];
  const engine = await openOver(
    [],
    { follow: true, sources: [{ type: 'listen', url: url(port) }] },
    { onLine: ({ line }) => void entries.push(line.entry) },
  );
  void engine.run();
  onTestFinished(() => engine.client.close());
  const notices = async (): Promise<string> => (await engine.client.request('view', view())).notices.map(({ text }) => text).join('\n');
  await eventually('the listener', () => engine.sources.statuses()[0]?.state === 'live');
  return {
    port,
    entries,
    engine,
    notices,
    async until(count, timeoutMs = 60_000) {
      await eventually(`${count} lines, there are ${entries.length}`, () => entries.length >= count, timeoutMs);
      return entries;
    },
  };
}

/** The numbered request that a burst is made of. */
export const numbered = (i: number): string =>
  `192.0.2.13 - - [02/Mar/2026:02:00:00 +0000] "GET /n/${i} HTTP/1.1" 200 512 "-" "Mozilla/5.0"`;

/** The first place where the requests of a burst are not in order; -1 when all are there, each once. */
export function firstDisorder(entries: readonly Entry[], count: number): number {
  if (entries.length !== count) return Math.min(entries.length, count);
  return entries.findIndex(({ target }, i) => target !== `/n/${i}`);
}
