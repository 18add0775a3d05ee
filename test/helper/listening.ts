import { mkdtempSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const servers = new Set<Server>();
afterEach(() => {
  for (const server of servers) server.close();
  servers.clear();
});

/** A Unix socket of its own for one test; its path. Connections come paused. */
export async function listening(onConnection: (socket: Socket) => void): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'secmon-helper-')), 'h.sock');
  const server = createServer({ pauseOnConnect: true }, onConnection);
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

/** What a promise is rejected with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
