import { createServer, type ServerResponse } from 'node:http';

/** What the logs of a container are asked for with. */
export interface LogsQuery {
  readonly since: string;
  readonly follow: boolean;
  readonly tail: string;
}

export interface DockerApi {
  readonly asked: readonly LogsQuery[];
  close(): void;
}

/** A chunk of the multiplexed stream of Docker's Engine API (ContainerAttach, "Stream format"): output, three zeros, length, bytes. */
export function frame(output: 'stdout' | 'stderr', text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt8(output === 'stdout' ? 1 : 2, 0);
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

/** The few calls of Docker's Engine API (v1.41) that `docker logs` makes; `logs` answers the n-th, from 0. */
export async function startDockerApi(
  socket: string,
  { tty = false, logs }: { tty?: boolean; logs: (response: ServerResponse, call: number) => void },
): Promise<DockerApi> {
  const asked: LogsQuery[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://docker');
    response.setHeader('Api-Version', '1.41');
    if (pathname.endsWith('/_ping')) return response.end('OK');
    response.setHeader('Content-Type', 'application/json');
    if (pathname.endsWith('/web/json')) return response.end(JSON.stringify({ Id: 'c0ffee', Name: '/web', Config: { Tty: tty } }));
    if (!pathname.endsWith('/logs')) {
      response.statusCode = 404;
      return response.end(JSON.stringify({ message: `No such container: ${pathname}` }));
    }
    const get = (name: string): string => searchParams.get(name) ?? '';
    asked.push({ since: get('since'), follow: get('follow') === '1', tail: get('tail') });
    response.setHeader('Content-Type', 'application/vnd.docker.raw-stream');
    return logs(response, asked.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
