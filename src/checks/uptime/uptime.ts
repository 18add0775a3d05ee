import { msg } from '../../lang/lang.ts';
import { said } from '../../text/said.ts';
import { cannotDo } from '../cannot.ts';
import type { Check, CheckContext, CheckEvent } from '../check.ts';
import { everyOf, timeoutOf } from '../every-setting.ts';
import type { ChecksSettings } from '../settings.ts';
import { dueOf, type Expected, expectedOf, type Kept, keptOf, MAX_VALUES } from './address.ts';
import { certificateFinding, type Judged, judgeAnswer, judgeFailure, measureOf, outage } from './judge.ts';

const MAX_BYTES = 1024 * 1024;
/** What is due so soon is asked along with the rest. */
const TOGETHER_MS = 1_000;
/** Of a run, beyond the longest time that an answer may take. */
const SPARE_MS = 5_000;

/** Asks every configured address that is due, all at the same time, and nothing else; when a person asks for it, every one. */
export function createUptimeCheck(settings: ChecksSettings['uptime'], timeZone = 'UTC'): Check {
  const addresses = settings === undefined ? [] : expectedOf(settings);
  const longestMs = Math.max(0, ...addresses.map(({ slowMs }) => slowMs));
  return {
    name: 'uptime',
    every: addresses.length === 0 ? '' : everyOf(settings),
    timeoutMs: Math.max(timeoutOf(settings, '50s'), longestMs + SPARE_MS),
    canAttack: false,
    isLight: true,
    missing: addresses.length === 0 ? said(msg('Uptime needs addresses: name them under checks.uptime.urls.')) : undefined,
    nextDue: ({ memory, nowMs }) => {
      const next = Math.min(...addresses.map((one) => dueOf(one, keptOf(memory, one.url), timeZone)));
      return Number.isFinite(next) ? next : next < 0 ? nowMs : undefined;
    },
    async *run(context) {
      yield { type: 'progress', phase: said(msg('asking')) };
      const nowMs = context.clock.now();
      const known = addresses.map((one) => ({ one, before: keptOf(context.memory, one.url) }));
      const isDue = ({ one, before }: (typeof known)[number]): boolean =>
        context.asked || dueOf(one, before, timeZone) <= nowMs + TOGETHER_MS;
      const judged = await Promise.all(known.map((each) => (isDue(each) ? ask(each.one, context) : undefined)));
      if (context.signal.aborted) throw cannotDo(msg('The run was stopped.'));
      const kept: Record<string, Kept> = {};
      for (const [i, { one, before }] of known.entries()) {
        const answer = judged[i];
        const now = answer === undefined ? before : after(before, { answer, nowMs });
        kept[one.url] = now;
        yield* answer === undefined ? stillOf(one, now) : toldOf(one, answer, { kept: now, nowMs });
      }
      yield { type: 'memory', memory: kept };
    },
  };
}

const after = ({ values, failures }: Kept, { answer, nowMs }: { readonly answer: Judged; readonly nowMs: number }): Kept => ({
  values: [...values, answer.isGood ? Math.round(answer.tookMs) : -1].slice(-MAX_VALUES),
  failures: answer.isGood ? 0 : failures + 1,
  askedMs: nowMs,
  now: measureOf('', answer, [], nowMs).now,
  isBad: !answer.isGood,
});

async function ask(expected: Expected, { get, signal }: CheckContext): Promise<Judged> {
  try {
    const answer = await get(new URL(expected.url), { timeoutMs: expected.slowMs, maxBytes: MAX_BYTES, signal, anyCertificate: true });
    return judgeAnswer(answer, expected);
  } catch (error) {
    return judgeFailure(error, expected);
  }
}

interface Telling {
  readonly kept: Kept;
  readonly nowMs: number;
}

function* toldOf(expected: Expected, judged: Judged, { kept, nowMs }: Telling): Iterable<CheckEvent> {
  const down = outage(expected, judged, kept.failures);
  if (down !== undefined) yield { type: 'finding', finding: down };
  const ending = certificateFinding(expected, judged, nowMs);
  if (ending !== undefined) yield { type: 'finding', finding: ending };
  yield { type: 'measure', measure: measureOf(expected.url, judged, kept.values, nowMs) };
}

/** What was known of an address that is not due. */
function* stillOf({ url }: Expected, { now, isBad, values }: Kept): Iterable<CheckEvent> {
  yield { type: 'unseen', place: url };
  if (now !== undefined) yield { type: 'measure', measure: { name: url, now, isBad, values } };
}
