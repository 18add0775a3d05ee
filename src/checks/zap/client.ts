import { msg } from '../../lang/lang.ts';
import type { Secret } from '../../settings/secret.ts';
import { duration } from '../../text/units.ts';
import { cannotDo } from '../cannot.ts';
import { type HttpAnswer, type HttpGet, HttpGetError } from '../http-get.ts';
import { fieldsOf, listOf, parseJson, textOf } from '../json.ts';
import { confidenceNamed, riskNamed, type ZapAlert } from './alerts.ts';
import { isOfTarget } from './target.ts';

export interface ZapOptions {
  readonly get: HttpGet;
  readonly api: string;
  readonly key: Secret | undefined;
  readonly signal: AbortSignal;
}

/** ZAP over its JSON API (https://www.zaproxy.org/docs/api/). Every call throws a sentence that says what to do. */
export interface ZapClient {
  version(): Promise<string>;
  /** Starts and gives the id of the scan. */
  start(scanner: Scanner, target: string): Promise<string>;
  /** 0–100. */
  status(scanner: Scanner, scanId: string): Promise<number>;
  /** `RUNNING`, `PAUSED`, `FINISHED`, ...; `''` when ZAP does not tell. */
  state(scanner: Scanner, scanId: string): Promise<string>;
  stop(scanner: Scanner, scanId: string): Promise<void>;
  /** Whether anything of the target answered the spider; true when ZAP does not tell. */
  hasReached(spiderId: string): Promise<boolean>;
  recordsToScan(): Promise<number>;
  /** All alerts of a target, page by page, and whether there were more than are read. */
  alerts(target: string): Promise<{ readonly alerts: readonly ZapAlert[]; readonly isCut: boolean }>;
}

export type Scanner = 'spider' | 'ascan';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 16 * 1024 * 1024;
const PAGE = 500;
const MOST_PAGES = 20;

/** What ZAP's error codes mean (ApiException.Type), with what to do. */
const MEANINGS: Readonly<Record<string, string>> = {
  bad_api_key: msg('ZAP at {api} refuses the API key: set checks.zap.key to the one in ZAP under Options, API.'),
  mode_violation: msg('ZAP at {api} is in a mode that forbids this ({detail}): put it into standard mode, or the target into its scope.'),
  url_not_found: msg('ZAP at {api} does not know the target yet ({detail}): the spider reached nothing; see whether ZAP can reach it.'),
  url_not_in_context: msg('ZAP at {api} does not have the target in its context ({detail}): add it there.'),
  does_not_exist: msg('ZAP at {api} does not know the scan any more ({detail}): it was started anew meanwhile; run the check again.'),
  scan_in_progress: msg('ZAP at {api} scans something already: wait for it, or stop it there.'),
  no_implementor: msg('ZAP at {api} lacks an add-on ({detail}): install the spider and active scanner add-ons, or update ZAP.'),
  bad_view: msg('ZAP at {api} does not know this request ({detail}): update ZAP to 2.9 or later.'),
  bad_action: msg('ZAP at {api} does not know this request ({detail}): update ZAP to 2.9 or later.'),
};

export function createZapClient({ get, api, key, signal }: ZapOptions): ZapClient {
  const base = api.replace(/\/+$/, '');
  const call = async (path: string, parameters: Readonly<Record<string, string>> = {}): Promise<Readonly<Record<string, unknown>>> => {
    const url = new URL(`${base}/JSON/${path}/`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const headers: Record<string, string> = key === undefined ? {} : { 'x-zap-api-key': key.reveal() };
    const answer = await get(url, { headers, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal }).catch((error: unknown) => {
      throw unreachable(api, error);
    });
    return readAnswer(answer, api);
  };
  const scalar = async (path: string, name: string, parameters?: Readonly<Record<string, string>>): Promise<string> => {
    const value = textOf((await call(path, parameters))[name]);
    if (value === '') throw cannotDo(msg('ZAP at {api} left {name} out of its answer: see whether it is ZAP 2.9 or later.'), { api, name });
    return value;
  };
  const number = async (path: string, name: string, parameters?: Readonly<Record<string, string>>): Promise<number> => {
    const value = Number(await scalar(path, name, parameters));
    if (!Number.isFinite(value))
      throw cannotDo(msg('ZAP at {api} answered no number as {name}: see whether it is ZAP 2.9 or later.'), { api, name });
    return value;
  };
  return {
    version: () => scalar('core/view/version', 'version'),
    start: (scanner, target) =>
      scalar(`${scanner}/action/scan`, 'scan', { url: target, recurse: 'true', ...(scanner === 'spider' ? { subtreeOnly: 'true' } : {}) }),
    status: (scanner, scanId) => number(`${scanner}/view/status`, 'status', { scanId }),
    async state(scanner, scanId) {
      const { scans } = await call(`${scanner}/view/scans`);
      const own = listOf(scans)
        .map(fieldsOf)
        .find(({ id }) => textOf(id) === scanId);
      return textOf(own?.['state']);
    },
    async hasReached(scanId) {
      // The list of a large site may be too long to read: then something has answered.
      const { fullResults } = await call('spider/view/fullResults', { scanId }).catch(() => ({ fullResults: undefined }));
      const parts = listOf(fullResults)
        .map(fieldsOf)
        .find(({ urlsInScope }) => Array.isArray(urlsInScope));
      return parts === undefined || listOf(parts['urlsInScope']).some((one) => Number(textOf(fieldsOf(one)['statusCode'])) > 0);
    },
    stop: async (scanner, scanId) => void (await call(`${scanner}/action/stop`, { scanId })),
    recordsToScan: () => number('pscan/view/recordsToScan', 'recordsToScan'),
    async alerts(target) {
      const alerts = new Map<string, ZapAlert>();
      for (let page = 0; page < MOST_PAGES; page++) {
        const reply = await call('alert/view/alerts', { baseurl: target, start: String(page * PAGE), count: String(PAGE) });
        if (!Array.isArray(reply['alerts']))
          throw cannotDo(msg('ZAP at {api} left {name} out of its answer: see whether it is ZAP 2.9 or later.'), { api, name: 'alerts' });
        const some = listOf(reply['alerts']);
        // ZAP counts from one: a page begins with the last alert of the page before.
        for (const [i, one] of some.entries()) {
          const alert = alertOf(one);
          if (isOfTarget(alert.url, target)) alerts.set(textOf(fieldsOf(one)['id']) || `${page} ${i}`, alert);
        }
        if (some.length < PAGE) return { alerts: [...alerts.values()], isCut: false };
      }
      return { alerts: [...alerts.values()], isCut: true };
    },
  };
}

function alertOf(value: unknown): ZapAlert {
  const fields = fieldsOf(value);
  const text = (name: string): string => textOf(fields[name]);
  return {
    rule: text('alertRef') || text('pluginId'),
    name: text('alert') || text('name'),
    risk: riskNamed(text('risk')),
    confidence: confidenceNamed(text('confidence')),
    url: text('url'),
    method: text('method'),
    parameter: text('param'),
    attack: text('attack'),
    evidence: text('evidence'),
    cwe: Number(text('cweid')),
    solution: text('solution'),
    description: text('description'),
  };
}

function readAnswer({ status, body, isCut, location }: HttpAnswer, api: string): Readonly<Record<string, unknown>> {
  if (status === 401 || status === 403)
    throw cannotDo(
      msg('ZAP at {api} lets nobody in from here ({status}): allow this address in ZAP under Options, API, and see the API key.'),
      { api, status },
    );
  if (status >= 300 && status < 400)
    throw cannotDo(msg('{api} sends elsewhere ({location}): put the address of ZAP itself into checks.zap.api.'), { api, location });
  if (status === 404 || status === 502 || status === 503)
    throw cannotDo(msg('{api} answers {status}: nothing there speaks the API of ZAP; see checks.zap.api.'), { api, status });
  const fields = fieldsOf(parseJson(body, { from: `ZAP (${api})`, isCut }));
  const code = textOf(fields['code']);
  if (status === 200 && code === '') return fields;
  const detail = (textOf(fields['detail']) || textOf(fields['message'])).slice(0, 200);
  throw cannotDo(MEANINGS[code] ?? msg('ZAP at {api} refused: {detail} ({code}).'), { api, detail, code: code || status });
}

function unreachable(api: string, error: unknown): Error {
  const code = error instanceof HttpGetError ? error.code : '';
  if (code === 'ECONNREFUSED')
    return cannotDo(msg('Nothing listens at {api}: start ZAP there (zap.sh -daemon -port 8080 -config api.key=KEY).'), { api });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return cannotDo(msg('{api} has no address: correct checks.zap.api.'), { api });
  if (code === 'ETIMEDOUT')
    return cannotDo(msg('ZAP at {api} did not answer within {time}: see whether it is busy, or the firewall drops the connection.'), {
      api,
      time: duration(TIMEOUT_MS),
    });
  if (code === 'ABORTED') return cannotDo(msg('ZAP was stopped.'));
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return cannotDo(
      msg('ZAP at {api} hung up: it does so for addresses that its API does not allow, and for http where it speaks https.'),
      { api },
    );
  if (!(error instanceof HttpGetError)) return error instanceof Error ? error : new Error(String(error));
  return cannotDo(msg('ZAP at {api} cannot be reached: {reason}.'), { api, reason: error.message.slice(0, 200) });
}
