import { msg } from '../../lang/lang.ts';
import { said } from '../../text/said.ts';
import { parseSpan } from '../../text/span.ts';
import { cannotDo } from '../cannot.ts';
import type { Check, CheckContext, CheckEvent } from '../check.ts';
import { everyOf, timeoutOf } from '../every-setting.ts';
import { fieldsOf, listOf } from '../json.ts';
import type { ChecksSettings } from '../settings.ts';
import { certificateFinding, type Expected, type Judged, judgeAnswer, judgeFailure, measureOf, outage } from './judge.ts';

const MAX_BYTES = 1024 * 1024;
const MAX_VALUES = 120;

type Settings = NonNullable<ChecksSettings['uptime']>;

/** What is kept of an address: times of its answers, and failures in a row. */
interface Kept {
  readonly values: readonly number[];
  readonly failures: number;
}

/** Asks every configured address once, all at the same time, and nothing else. */
export function createUptimeCheck(settings: ChecksSettings['uptime']): Check {
  const addresses = settings === undefined ? [] : expectedOf(settings);
  return {
    name: 'uptime',
    every: addresses.length === 0 ? '' : everyOf(settings),
    timeoutMs: timeoutOf(settings, '50s'),
    canAttack: false,
    missing: addresses.length === 0 ? said(msg('Uptime needs addresses: name them under checks.uptime.urls.')) : undefined,
    async *run(context) {
      if (settings === undefined) return;
      yield { type: 'progress', phase: said(msg('asking')) };
      const memory = fieldsOf(context.memory);
      const judged = await Promise.all(addresses.map((one) => ask(one, context)));
      if (context.signal.aborted) throw cannotDo(msg('The run was stopped.'));
      const kept: Record<string, Kept> = {};
      for (const [i, one] of addresses.entries()) {
        const answer = judged[i];
        if (answer === undefined) continue;
        const before = keptOf(Object.hasOwn(memory, one.url) ? memory[one.url] : undefined);
        const now = {
          values: [...before.values, answer.isGood ? Math.round(answer.tookMs) : -1].slice(-MAX_VALUES),
          failures: answer.isGood ? 0 : before.failures + 1,
        };
        kept[one.url] = now;
        yield* toldOf(one, answer, { kept: now, settings, nowMs: context.clock.now() });
      }
      yield { type: 'memory', memory: kept };
    },
  };
}

const expectedOf = ({ urls, slow }: Settings): Expected[] => {
  const slowMs = (parseSpan(slow) ?? 10) * 1_000;
  return urls.map((one) =>
    typeof one === 'string'
      ? { url: one, status: 200, contains: undefined, slowMs }
      : { url: one.url, status: one.status, contains: one.contains, slowMs },
  );
};

async function ask(expected: Expected, { get, signal }: CheckContext): Promise<Judged> {
  try {
    const answer = await get(new URL(expected.url), { timeoutMs: expected.slowMs, maxBytes: MAX_BYTES, signal, anyCertificate: true });
    return judgeAnswer(answer, expected);
  } catch (error) {
    return judgeFailure(error, expected);
  }
}

function keptOf(value: unknown): Kept {
  const { values, failures } = fieldsOf(value);
  return {
    values: listOf(values)
      .filter((one): one is number => typeof one === 'number')
      .slice(-MAX_VALUES),
    failures: typeof failures === 'number' ? failures : 0,
  };
}

interface Telling {
  readonly kept: Kept;
  readonly settings: Settings;
  readonly nowMs: number;
}

function* toldOf(expected: Expected, judged: Judged, { kept, settings, nowMs }: Telling): Iterable<CheckEvent> {
  const down = outage(expected, judged, { failures: kept.failures, most: settings.failures });
  if (down !== undefined) yield { type: 'finding', finding: down };
  const ending = certificateFinding(expected.url, judged, { nowMs, days: settings.certificate_days });
  if (ending !== undefined) yield { type: 'finding', finding: ending };
  yield { type: 'measure', measure: measureOf(expected.url, judged, kept.values, nowMs) };
}
