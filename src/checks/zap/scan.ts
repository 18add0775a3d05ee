import { msg } from '../../lang/lang.ts';
import { said, saidOf } from '../../text/said.ts';
import type { CheckContext, CheckEvent } from '../check.ts';
import { pause } from '../pause.ts';
import type { Scanner, ZapClient } from './client.ts';

const POLL_MS = 1_000;
const STOP_MS = 3_000;
/** So many answers alike, and ZAP is asked whether the scan still runs. */
const STALE_POLLS = 20;
/** The queue of the passive rules is everybody's: when it does not get shorter for so long, somebody else fills it. */
const QUEUE_MS = 120_000;

/** Where a part begins and ends on the bar of the whole. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Scanning {
  readonly client: ZapClient;
  /** The same with another signal. */
  readonly open: (signal: AbortSignal) => ZapClient;
  readonly context: CheckContext;
  readonly target: string;
}

const PHASES: Readonly<Record<Scanner, string>> = {
  spider: msg('spider on {target}: {percent} %'),
  ascan: msg('active scan of {target}: {percent} %'),
};
const PAUSED: Readonly<Record<Scanner, string>> = {
  spider: msg('spider on {target}: paused in ZAP at {percent} %'),
  ascan: msg('active scan of {target}: paused in ZAP at {percent} %'),
};

/** Runs one scanner to its end and gives its id; a scan that is given up is stopped in ZAP, too. */
export async function* scan(scanning: Scanning, scanner: Scanner, { from, to }: Span): AsyncGenerator<CheckEvent, string> {
  const { client, context, target } = scanning;
  const id = await client.start(scanner, target);
  let isOver = false;
  let last = -1;
  let same = 0;
  let phases = PHASES;
  try {
    for (;;) {
      const percent = Math.max(0, Math.min(100, await client.status(scanner, id)));
      yield { type: 'progress', phase: said(phases[scanner], { target, percent }), percent: from + ((to - from) * percent) / 100 };
      if (percent >= 100) break;
      same = percent === last ? same + 1 : 0;
      last = percent;
      if (same % STALE_POLLS === STALE_POLLS - 1) {
        const state = await client.state(scanner, id);
        // A person who stops a scan in ZAP leaves its percents as they are.
        if (state === 'FINISHED') {
          yield {
            type: 'unseen',
            place: target,
            note: said(msg('The scan of {target} was stopped in ZAP at {percent} %.'), { target, percent }),
          };
          break;
        }
        phases = state === 'PAUSED' ? PAUSED : PHASES;
      }
      await pause(context.clock, POLL_MS, context.signal);
    }
    isOver = true;
    return id;
  } finally {
    if (!isOver) await stopped(scanning, scanner, id);
  }
}

/** The run's own signal is aborted by then, so stopping has one of its own. */
async function stopped({ open, context }: Scanning, scanner: Scanner, id: string): Promise<void> {
  const abort = new AbortController();
  const cancel = context.clock.after(STOP_MS, () => abort.abort());
  await open(abort.signal)
    .stop(scanner, id)
    .catch(() => undefined);
  cancel();
}

/** Waits until the passive rules have looked at every answer, as long as there are fewer and fewer of them. */
export async function* passive({ client, context }: Scanning, { from, to }: Span): AsyncIterable<CheckEvent> {
  let most = 0;
  let fewest = Number.POSITIVE_INFINITY;
  let sinceMs = context.clock.now();
  for (;;) {
    const left = await client.recordsToScan();
    most = Math.max(most, left);
    const done = most === 0 ? 1 : 1 - left / most;
    const phase = saidOf(left, { one: msg('passive rules: {n} answer left'), many: msg('passive rules: {n} answers left') });
    yield { type: 'progress', phase, percent: from + (to - from) * done };
    if (left <= 0) return;
    const nowMs = context.clock.now();
    if (left < fewest) {
      fewest = left;
      sinceMs = nowMs;
    } else if (nowMs - sinceMs >= QUEUE_MS) {
      const texts = {
        one: msg('The passive rules of ZAP still had {n} answer to look at, and it did not get less: see what else uses this ZAP.'),
        many: msg('The passive rules of ZAP still had {n} answers to look at, and it did not get less: see what else uses this ZAP.'),
      };
      yield { type: 'note', note: saidOf(left, texts) };
      return;
    }
    await pause(context.clock, POLL_MS, context.signal);
  }
}
