import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An alert as `alert/view/alerts` gives it (ZAP API documentation, "alerts"): every value is text. */
export const zapAlert = (changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  sourceid: '1',
  other: '',
  method: 'GET',
  evidence: '',
  pluginId: '40018',
  cweid: '89',
  confidence: 'Medium',
  wascid: '19',
  description: 'SQL injection may be possible.',
  messageId: '12',
  inputVector: 'querystring',
  url: 'http://shop.test/item?id=1',
  reference: 'https://cheatsheetseries.owasp.org/',
  solution: 'Do not trust client side input.',
  alert: 'SQL Injection',
  param: 'id',
  attack: "1' AND '1'='1' -- ",
  name: 'SQL Injection',
  risk: 'High',
  id: '3',
  alertRef: '40018',
  ...changes,
});

export interface ZapServerOptions {
  readonly key?: string;
  readonly version?: string;
  readonly alerts?: readonly Readonly<Record<string, string>>[];
  /** Percents that a status tells, one after the other; the last one again and again. */
  readonly spider?: readonly number[];
  readonly ascan?: readonly number[];
  readonly records?: readonly number[];
  /** State of every scan, as `view/scans` tells it. */
  readonly state?: 'RUNNING' | 'PAUSED' | 'FINISHED';
  /** A target that ZAP may not scan in its mode. */
  readonly refuses?: string;
  /** False: the target does not answer ZAP. */
  readonly isTargetUp?: boolean;
  /** Answers of single paths instead of the right ones. */
  readonly instead?: Readonly<Record<string, { readonly status?: number; readonly body: string }>>;
}

/** A server that speaks the part of ZAP's JSON API that the check uses, with its errors (ApiException: `code`, `message`, `detail`, status 400). */
export interface ZapServer {
  readonly api: string;
  /** Paths with their parameters that were asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** `spider/view/fullResults` as ZAP's API documentation shows it. */
const spiderResults = (isUp: boolean) => {
  const url = {
    processed: 'true',
    statusReason: isUp ? 'OK' : '',
    method: 'GET',
    reasonNotProcessed: '',
    messageId: '1',
    url: 'http://shop.test',
    statusCode: isUp ? '200' : '',
  };
  return { fullResults: [{ urlsInScope: isUp ? [url] : [] }, { urlsOutOfScope: [] }, { urlsIoError: isUp ? [] : [url] }] };
};

const error = (code: string, detail?: string) => ({
  status: 400,
  body: { code, message: code.replaceAll('_', ' '), ...(detail === undefined ? {} : { detail }) },
});

export async function startZap({
  key = 'secret',
  version = '2.14.0',
  alerts = [zapAlert()],
  instead = {},
  state = 'RUNNING',
  isTargetUp = true,
  refuses = '',
  ...steps
}: ZapServerOptions = {}): Promise<ZapServer> {
  const asked: string[] = [];
  const lists = {
    spider: [...(steps.spider ?? [0, 50, 100])],
    ascan: [...(steps.ascan ?? [10, 60, 100])],
    records: [...(steps.records ?? [7, 2, 0])],
  };
  const next = (list: number[]): string => String(list.length > 1 ? list.shift() : (list[0] ?? 0));
  const answer = (path: string, parameters: URLSearchParams): { readonly status?: number; readonly body: unknown } => {
    const scanner = path.startsWith('/JSON/ascan') ? 'ascan' : 'spider';
    switch (path) {
      case '/JSON/core/view/version/':
        return { body: { version } };
      case '/JSON/spider/action/scan/':
      case '/JSON/ascan/action/scan/':
        if (refuses !== '' && parameters.get('url') === refuses) return error('mode_violation', refuses);
        return parameters.get('url') === null ? error('missing_parameter', 'url') : { body: { scan: scanner === 'ascan' ? '1' : '0' } };
      case '/JSON/spider/view/status/':
      case '/JSON/ascan/view/status/':
        return { body: { status: next(lists[scanner]) } };
      case '/JSON/spider/view/scans/':
      case '/JSON/ascan/view/scans/':
        return { body: { scans: [{ id: scanner === 'ascan' ? '1' : '0', progress: '50', state }] } };
      case '/JSON/spider/view/fullResults/':
        return { body: spiderResults(isTargetUp) };
      case '/JSON/spider/action/stop/':
      case '/JSON/ascan/action/stop/':
        return { body: { Result: 'OK' } };
      case '/JSON/pscan/view/recordsToScan/':
        return { body: { recordsToScan: next(lists.records) } };
      case '/JSON/alert/view/alerts/': {
        // PaginationConstraintsChecker counts from one, and takes zero for one; `baseurl` is a beginning.
        const start = Math.max(1, Number(parameters.get('start') ?? 0));
        const count = Number(parameters.get('count') ?? alerts.length);
        const own = alerts.filter(({ url = '' }) => url.startsWith(parameters.get('baseurl') ?? ''));
        return { body: { alerts: own.slice(start - 1, start - 1 + count) } };
      }
      default:
        return error('bad_view', path);
    }
  };
  const server: Server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '/', 'http://zap');
    const words = [
      url.pathname.replace(/^\/JSON\/|\/$/g, ''),
      url.searchParams.get('url') ?? '',
      url.searchParams.has('subtreeOnly') ? 'subtreeOnly' : '',
    ];
    asked.push(words.filter((word) => word !== '').join(' '));
    const given = instead[url.pathname.replace(/^\/JSON\/|\/$/g, '')];
    if (given !== undefined) {
      response.writeHead(given.status ?? 200, { 'content-type': 'application/json' }).end(given.body);
      return;
    }
    const { status = 200, body } = request.headers['x-zap-api-key'] === key ? answer(url.pathname, url.searchParams) : error('bad_api_key');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
