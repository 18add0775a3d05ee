import { createServer } from 'node:net';

/** Below the ports that systems give by themselves to connections and to who asks for any port (`ip_local_port_range`: 32768 and up). */
const FIRST = 11_000;
const PORTS_OF_A_WORKER = 1_000;
const WORKERS = 20;

let last = process.pid * 17;

/**
 * A port of loopback where nobody listens, and that nobody else gets before the test listens there: every port that the system gives by
 * itself may be another test's a moment after it was freed, also as the near end of a connection.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    last += 1;
    const port = FIRST + (Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS) * PORTS_OF_A_WORKER + (last % PORTS_OF_A_WORKER);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
