import { msg } from '../../lang/lang.ts';
import { said, saidOf } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { Check, CheckContext, CheckEvent } from '../check.ts';
import { everyOf, timeoutOf } from '../every-setting.ts';
import { pause } from '../pause.ts';
import type { ChecksSettings } from '../settings.ts';
import { zapFindings } from './alerts.ts';
import { createZapClient, type Scanner, type ZapClient } from './client.ts';
import { readZapReport } from './report.ts';

const POLL_MS = 1_000;
const OLDEST = [2, 9] as const;
const STOP_MS = 5_000;

/** Where each part begins and ends on the bar of the whole. */
interface Span {
  readonly from: number;
  readonly to: number;
}

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
      const client = createZapClient({ get: context.get, api, key, signal: context.signal });
      await checkVersion(client, api);
      for (const [i, target] of targets.entries()) {
        const share = { from: (100 * i) / targets.length, to: (100 * (i + 1)) / targets.length };
        yield* scanTarget({ client, context, target, api, key: key ?? undefined, get: context.get }, share);
      }
    },
  };
}

async function checkVersion(client: ZapClient, api: string): Promise<void> {
  const version = await client.version();
  const [major = 0, minor = 0] = version.replace(/^D-.*/, '99.0').split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw cannotDo(msg('ZAP at {api} has version {version}: update it to 2.9 or later.'), { api, version: version.slice(0, 20) });
}

interface Scanning {
  readonly client: ZapClient;
  readonly context: CheckContext;
  readonly target: string;
  readonly api: string;
  readonly key: NonNullable<ChecksSettings['zap']>['key'];
  readonly get: CheckContext['get'];
}

async function* scanTarget(scanning: Scanning, share: Span): AsyncIterable<CheckEvent> {
  const { client, context, target } = scanning;
  const at = (part: number): number => share.from + ((share.to - share.from) * part) / 100;
  const attacks = context.mayAttack;
  const spiderEnd = attacks ? 25 : 70;
  const passiveEnd = attacks ? 35 : 100;
  yield* scan(scanning, 'spider', { from: at(0), to: at(spiderEnd) });
  yield* passive(scanning, { from: at(spiderEnd), to: at(passiveEnd) });
  if (attacks) yield* scan(scanning, 'ascan', { from: at(passiveEnd), to: at(100) });
  const { alerts, isCut } = await client.alerts(target);
  if (isCut) yield { type: 'note', note: said(msg('ZAP has more alerts about {target} than are read here (10,000).'), { target }) };
  for (const finding of zapFindings(alerts, target)) yield { type: 'finding', finding };
}

const PHASES: Readonly<Record<Scanner, string>> = {
  spider: msg('spider on {target}: {percent} %'),
  ascan: msg('active scan of {target}: {percent} %'),
};

/** Runs one scanner to its end; a scan that is given up is stopped in ZAP, too. */
async function* scan(scanning: Scanning, scanner: Scanner, { from, to }: Span): AsyncIterable<CheckEvent> {
  const { client, context, target } = scanning;
  const id = await client.start(scanner, target);
  let isOver = false;
  try {
    for (;;) {
      const percent = Math.max(0, Math.min(100, await client.status(scanner, id)));
      yield { type: 'progress', phase: said(PHASES[scanner], { target, percent }), percent: from + ((to - from) * percent) / 100 };
      if (percent >= 100) break;
      await pause(context.clock, POLL_MS, context.signal);
    }
    isOver = true;
  } finally {
    if (!isOver) await stopped(scanning, scanner, id);
  }
}

/** The run's own signal is aborted by then, so stopping has one of its own. */
async function stopped({ get, api, key, context }: Scanning, scanner: Scanner, id: string): Promise<void> {
  const abort = new AbortController();
  const cancel = context.clock.after(STOP_MS, () => abort.abort());
  await createZapClient({ get, api, key, signal: abort.signal })
    .stop(scanner, id)
    .catch(() => undefined);
  cancel();
}

async function* passive({ client, context }: Scanning, { from, to }: Span): AsyncIterable<CheckEvent> {
  let most = 0;
  for (;;) {
    const left = await client.recordsToScan();
    most = Math.max(most, left);
    const done = most === 0 ? 1 : 1 - left / most;
    const phase = saidOf(left, { one: msg('passive rules: {n} answer left'), many: msg('passive rules: {n} answers left') });
    yield { type: 'progress', phase, percent: from + (to - from) * done };
    if (left <= 0) return;
    await pause(context.clock, POLL_MS, context.signal);
  }
}
