import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Gate {
  readonly port: number;
  /** Resets every connection of a client. */
  reset(): void;
  close(): Promise<void>;
}

/** Leads to a server on loopback until told to reset; with `atStep` it resets a client when that sends for the so manieth time. */
export async function startGate(target: number, atStep = Number.POSITIVE_INFINITY): Promise<Gate> {
  const clients = new Set<Socket>();
  const gate = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect(target, '127.0.0.1');
    clients.add(client);
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('end', () => server.end());
    client.on('close', () => server.destroy());
    let step = 0;
    client.on('data', (bytes) => {
      if (++step >= atStep) client.resetAndDestroy();
      else server.write(bytes);
    });
    server.on('data', (bytes) => client.write(bytes));
    server.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  return {
    port: (gate.address() as AddressInfo).port,
    reset() {
      for (const client of clients) client.resetAndDestroy();
    },
    close: () => new Promise((resolve) => gate.close(() => resolve())),
  };
}
