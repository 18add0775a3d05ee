import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { FluentServer } from '@fluent-org/logger';
import type { Certificate } from '../alerts/smtp-peer.ts';

/** A running server on loopback. */
export interface RunningPeer {
  readonly port: number;
  /** Reads nothing more of the connections there are. */
  freeze(): void;
  /** Ends it like a kill does: connections are reset. */
  stop(): Promise<void>;
}

/** Gets every document in the order of its arrival. */
export type OnDocument = (document: unknown) => void;

export interface PeerOptions {
  /** The port of an earlier one; 0 for any. */
  readonly port: number;
  readonly onDocument: OnDocument;
  /** With it the server speaks TLS. */
  readonly certificate?: Certificate | undefined;
}

/** Listens, and remembers its connections. */
async function listening(server: Server, port: number): Promise<RunningPeer> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  server.on('connection', keep);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      for (const socket of sockets) socket.pause();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.resetAndDestroy();
      }),
  };
}

/** The same for TLS, behind plain sockets: Node ends a TLS socket that is reset in order, as no killed process would. */
async function listeningSecured(server: Server, port: number): Promise<RunningPeer> {
  const inner = await listening(server, 0);
  const outer = await listening(
    createTcp({ allowHalfOpen: true }, (socket) => {
      const through = connect({ port: inner.port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
      socket.pipe(through).pipe(socket);
    }),
    port,
  );
  return {
    ...outer,
    async stop() {
      await outer.stop();
      await inner.stop();
    },
  };
}

const serve = ({ port, certificate }: PeerOptions, onSocket: (socket: Socket) => void): Promise<RunningPeer> =>
  certificate === undefined
    ? listening(createTcp(onSocket), port)
    : listeningSecured(createTls({ key: certificate.key, cert: certificate.cert }, onSocket), port);

/** JSON lines, as Logstash's tcp input with the codec json_lines reads them: it closes once it has read the end. */
export function startLines(options: PeerOptions): Promise<RunningPeer> {
  return serve(options, (socket) => {
    let held = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (held + chunk).split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) options.onDocument(JSON.parse(line));
    });
  });
}

/** Syslog with octet counting (RFC 6587, 3.4.1); the document is what stands behind the nil structured data. */
export function startSyslog(options: PeerOptions): Promise<RunningPeer> {
  return serve(options, (socket) => {
    let held: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const head = /^(\d+) /.exec(held.subarray(0, 8).toString('latin1'));
        const start = head?.[0].length ?? 0;
        const end = start + Number(head?.[1] ?? 0);
        if (head === null || held.length < end) return;
        options.onDocument(documentOfSyslog(held.subarray(start, end).toString('utf8')));
        held = held.subarray(end);
      }
    });
  });
}

const SYSLOG = /^<\d{1,3}>1 \d{4}-\d\d-\d\dT\S+Z \S+ secmon \d+ (?:detection|incident|check) - (\{.*\})$/;

export function documentOfSyslog(message: string): unknown {
  const [, text] = SYSLOG.exec(message) ?? [];
  if (text === undefined) throw new Error(`no syslog message as expected: ${message}`);
  return JSON.parse(text);
}

/** What the stub of the bulk API says; each function may change what comes next. */
export interface BulkBehaviour {
  /** Status and reason of one item; 201 without. */
  item?: (document: unknown) => { readonly status: number; readonly reason: string } | undefined;
  /** An answer to the request as a whole, before anything is taken. */
  whole?: () => { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> } | undefined;
  /** The value of `authorization` it wants. */
  authorization?: string;
  /** A document came whose id was there already. */
  onConflict?: () => void;
}

export interface BulkOptions extends PeerOptions {
  readonly behaviour?: BulkBehaviour;
  /** Ids by data stream: they outlive a restart of the peer. */
  readonly ids?: Set<string>;
}

/**
 * A stub of the documented bulk API ("Bulk API", "Data streams") as far as it matters: into a data stream only `create`, `data_stream.*`
 * has to fit the name, an id that is there already is a conflict, and errors of items come under a status of 200.
 */
export function startBulk({ port, onDocument, certificate, behaviour = {}, ids = new Set() }: BulkOptions): Promise<RunningPeer> {
  const take = (action: string, text: string): object => {
    const create = JSON.parse(action).create as { _index: string; _id: string } | undefined;
    const item = (status: number, type = '', reason = ''): object => ({
      create: { _index: create?._index, _id: create?._id, status, ...(status < 300 ? {} : { error: { type, reason } }) },
    });
    if (create === undefined)
      return item(400, 'illegal_argument_exception', 'only write ops with an op_type of create are allowed in data streams');
    const document = JSON.parse(text) as { data_stream?: { type: string; dataset: string; namespace: string } };
    const { type, dataset, namespace } = document.data_stream ?? { type: '', dataset: '', namespace: '' };
    if (create._index !== `${type}-${dataset}-${namespace}`) return item(400, 'document_parsing_exception', 'data_stream does not fit');
    const said = behaviour.item?.(document);
    if (said !== undefined) return item(said.status, 'some_exception', said.reason);
    const id = `${create._index}/${create._id}`;
    if (ids.has(id)) {
      behaviour.onConflict?.();
      return item(409, 'version_conflict_engine_exception', 'document already exists');
    }
    ids.add(id);
    onDocument(document);
    return item(201);
  };
  const answerTo: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
      };
      if (request.method !== 'POST' || request.url !== '/_bulk' || request.headers['content-type'] !== 'application/x-ndjson')
        return answer(400, '{"error":"this stub knows POST /_bulk alone"}');
      if (behaviour.authorization !== undefined && request.headers.authorization !== behaviour.authorization)
        return answer(401, '{"error":{"type":"security_exception","reason":"unable to authenticate"}}');
      const said = behaviour.whole?.();
      if (said !== undefined) return answer(said.status, said.body, said.headers);
      const lines = Buffer.concat(chunks).toString('utf8').split('\n');
      if (lines.pop() !== '') return answer(400, '{"error":"the bulk request must be terminated by a newline"}');
      const items: object[] = [];
      for (let i = 0; i < lines.length; i += 2) items.push(take(lines[i] ?? '', lines[i + 1] ?? ''));
      answer(200, JSON.stringify({ took: 1, errors: items.some((one) => JSON.stringify(one).includes('error')), items }));
    });
  };
  return certificate === undefined
    ? listening(createHttp(answerTo), port)
    : listeningSecured(createHttps({ key: certificate.key, cert: certificate.cert }, answerTo), port);
}

export interface FluentOptions extends PeerOptions {
  readonly sharedKey?: string;
  readonly users?: Readonly<Record<string, string>>;
}

/** The server of @fluent-org/logger. */
export async function startFluent({ port, onDocument, certificate, sharedKey, users }: FluentOptions): Promise<RunningPeer> {
  const sockets = new Set<Socket>();
  const server = new FluentServer({
    listenOptions: { port, host: '127.0.0.1' },
    ...(certificate === undefined ? {} : { tlsOptions: { key: certificate.key, cert: certificate.cert } }),
    ...(sharedKey === undefined
      ? {}
      : { security: { serverHostname: 'peer', sharedKey, authorize: users !== undefined, userDict: { ...users } } }),
  });
  const inner = Reflect.get(server, 'server') as Server;
  inner.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  inner.on('tlsClientError', () => undefined);
  server.on('entry', (tag: string, _time: unknown, record: { event: { dataset: string } }) => {
    if (tag !== record.event.dataset) throw new Error(`tag ${tag} for ${record.event.dataset}`);
    onDocument(record);
  });
  await server.listen();
  return {
    port: server.port ?? 0,
    freeze() {
      for (const socket of sockets) socket.pause();
    },
    stop: () =>
      new Promise((resolve) => {
        inner.close(() => resolve());
        for (const socket of sockets) socket.resetAndDestroy();
      }),
  };
}

/** Stands before another peer, and passes on what comes in small sips. */
export const startSlow = (to: number): Promise<RunningPeer> =>
  listening(
    createTcp({ allowHalfOpen: true }, (socket) => {
      const through = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
      const sip = (): void => {
        const chunk: Buffer | null = socket.read(2_048) ?? socket.read();
        if (chunk === null) return;
        through.write(chunk);
        setImmediate(sip);
      };
      socket.on('readable', sip).on('end', () => setImmediate(() => through.end()));
      through.pipe(socket);
    }),
    0,
  );

/** A peer that takes connections and never reads. */
export const startDeaf = (port: number): Promise<RunningPeer> =>
  listening(
    createTcp({ pauseOnConnect: true }, () => undefined),
    port,
  );

/** A peer that answers everything with something else. */
export const startNonsense = (port: number, nonsense: Buffer | string): Promise<RunningPeer> =>
  listening(
    createTcp((socket) => {
      socket.on('data', () => undefined);
      socket.end(nonsense);
    }),
    port,
  );

/** A peer that hangs up at once. */
export const startRude = (port: number): Promise<RunningPeer> =>
  listening(
    createTcp((socket) => void socket.resetAndDestroy()),
    port,
  );
