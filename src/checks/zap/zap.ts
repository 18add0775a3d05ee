import { msg } from '../../lang/lang.ts';
import { said } from '../../text/said.ts';
import { cannotDo, saidBy } from '../cannot.ts';
import type { Check, CheckEvent } from '../check.ts';
import { everyOf, timeoutOf } from '../every-setting.ts';
import { LEAVING } from '../run-process.ts';
import type { ChecksSettings } from '../settings.ts';
import { zapFindings } from './alerts.ts';
import { createZapClient, type ZapClient } from './client.ts';
import { readZapReport } from './report.ts';
import { passive, type Scanning, type Span, scan } from './scan.ts';
import { targetOf } from './target.ts';

const OLDEST = [2, 9] as const;
/** For reading what was found when the run is being ended. */
const LAST_MS = 3_000;

/** OWASP ZAP: spider, passive rules, and, once a person has agreed, the active scan, of configured targets alone. */
export function createZapCheck(settings: ChecksSettings['zap']): Check {
  const { api, key, targets = [], report } = settings ?? {};
  const withoutTarget = api !== undefined && targets.length === 0 && report === undefined;
  return {
    name: 'zap',
    every: everyOf(settings),
    timeoutMs: timeoutOf(settings, '2h'),
    canAttack: api !== undefined && targets.length > 0,
    missing:
      api === undefined && report === undefined
        ? said(msg('ZAP needs checks.zap in the configuration: api, key and targets, or a report.'))
        : withoutTarget
          ? said(msg('ZAP may look at nothing yet: name addresses under checks.zap.targets.'))
          : undefined,
    async *run(context) {
      if (report !== undefined) {
        yield { type: 'progress', phase: said(msg('reading the report')) };
        for (const finding of await readZapReport(report)) yield { type: 'finding', finding };
      }
      if (api === undefined) return;
      const open = (signal: AbortSignal): ZapClient => createZapClient({ get: context.get, api, key, signal });
      const client = open(context.signal);
      await checkVersion(client, api);
      if (key !== undefined && isExposed(api))
        yield {
          type: 'note',
          note: said(msg('The API key goes to {api} unencrypted: let ZAP listen at 127.0.0.1, and reach it through a tunnel.'), { api }),
        };
      let seen = 0;
      let failure: unknown;
      for (const [i, target] of targets.map(targetOf).entries()) {
        const share = { from: (100 * i) / targets.length, to: (100 * (i + 1)) / targets.length };
        try {
          yield* lookAt({ client, open, context, target }, share);
          seen++;
        } catch (error) {
          if (context.signal.aborted) throw error;
          failure = error;
          yield { type: 'unseen', place: target, note: saidBy(error) };
        }
      }
      if (seen === 0) throw failure;
    },
  };
}

async function checkVersion(client: ZapClient, api: string): Promise<void> {
  const version = await client.version();
  const [major = 0, minor = 0] = version.replace(/^D-.*/, '99.0').split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw cannotDo(msg('ZAP at {api} has version {version}: update it to 2.9 or later.'), { api, version: version.slice(0, 20) });
}

/** Whether what is sent there goes over a network that others may listen to. */
function isExposed(api: string): boolean {
  const { protocol, hostname } = new URL(api);
  return protocol === 'http:' && !/^(?:localhost|127\.[\d.]{1,12}|\[::1\])$/.test(hostname);
}

/** One target to its end. When time is up or a person stops it, what ZAP has found until then is read and counts. */
async function* lookAt(scanning: Scanning, share: Span): AsyncIterable<CheckEvent> {
  const { client, context, target } = scanning;
  try {
    yield* scanTarget(scanning, share);
    yield* alertsOf(client, target);
  } catch (error) {
    if (!context.signal.aborted || context.signal.reason === LEAVING) throw error;
    yield { type: 'partly' };
    yield* lastWords(scanning);
    throw error;
  }
}

async function* scanTarget(scanning: Scanning, share: Span): AsyncIterable<CheckEvent> {
  const { client, context, target } = scanning;
  const at = (part: number): number => share.from + ((share.to - share.from) * part) / 100;
  const attacks = context.mayAttack;
  const spiderEnd = attacks ? 25 : 70;
  const passiveEnd = attacks ? 35 : 100;
  const spider = yield* scan(scanning, 'spider', { from: at(0), to: at(spiderEnd) });
  if (!(await client.hasReached(spider))) {
    const note = said(msg('ZAP got no answer from {target}: see whether ZAP can reach it. What was found there before stays.'), { target });
    yield { type: 'unseen', place: target, note };
    return;
  }
  yield* passive(scanning, { from: at(spiderEnd), to: at(passiveEnd) });
  if (attacks) yield* scan(scanning, 'ascan', { from: at(passiveEnd), to: at(100) });
}

async function* alertsOf(client: ZapClient, target: string): AsyncIterable<CheckEvent> {
  const { alerts, isCut } = await client.alerts(target);
  if (isCut) yield { type: 'note', note: said(msg('ZAP has more alerts about {target} than are read here (10,000).'), { target }) };
  for (const finding of zapFindings(alerts, target)) yield { type: 'finding', finding };
}

/** The run's own signal is aborted by then, so these requests have one of their own. */
async function* lastWords({ open, context, target }: Scanning): AsyncIterable<CheckEvent> {
  const abort = new AbortController();
  const cancel = context.clock.after(LAST_MS, () => abort.abort());
  try {
    yield* alertsOf(open(abort.signal), target);
    yield { type: 'note', note: said(msg('The scan of {target} was ended early: what ZAP had found until then is listed.'), { target }) };
  } catch {
    // ZAP does not answer any more: what was known stays.
  } finally {
    cancel();
  }
}
