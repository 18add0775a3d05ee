import { inspect } from 'node:util';
import type { AlertFacts } from '../../src/alerts/alert-facts.ts';
import type { ChannelContext } from '../../src/alerts/channel.ts';
import type { Clock } from '../../src/clock/clock.ts';
import type { AlertMessage } from '../../src/model/alert.ts';
import { createSecret, type Secret } from '../../src/settings/secret.ts';

export const START_MS = Date.UTC(2026, 2, 2);

export function message(changes: Partial<AlertMessage> = {}): AlertMessage {
  return {
    id: '0190a5c0-7e2b-7000-8000-000000000001',
    createdMs: START_MS,
    severity: 'high',
    title: 'SQL injection on /item',
    who: '203.0.113.7 (DE)',
    outcome: 'The server answered it (200); whether it worked is open.',
    payload: "1' union select name, password from users",
    facts: [
      ['First seen', '2026-03-02 00:00:00'],
      ['Requests', '12'],
    ],
    steps: ['Check what /item answered.', 'Block 203.0.113.7 at the firewall.'],
    note: 'please look',
    origin: 'web1: access.log',
    ...changes,
  };
}

/** The same hostile text in every place where text can stand. */
export function hostileMessage(text: string): AlertMessage {
  const places = { title: text, who: text, outcome: text, payload: text, note: text, origin: text };
  return message({ ...places, id: text, facts: [[text, text]], steps: [text, text] });
}

export function facts(changes: Partial<AlertFacts> = {}): AlertFacts {
  return {
    severity: 'high',
    title: 'SQL injection on /item',
    actor: '203.0.113.7',
    actorNote: '',
    outcome: 'answered',
    status: 200,
    success: false,
    successNote: '',
    payload: "1' union select",
    path: '/item',
    counts: { requests: 1_284, detections: 41, successes: 0 },
    firstMs: START_MS,
    lastMs: START_MS + 180_000,
    families: ['sqli'],
    rules: ['UNION SELECT'],
    sourceNames: ['access.log'],
    host: 'web1',
    note: '',
    ...changes,
  };
}

export const secret = (value: string): Secret => createSecret(value);

export interface FakeClock extends Clock {
  /** Lets time pass, running what falls due in its order. */
  advance(ms: number): void;
  readonly timers: number;
}

export function fakeClock(startMs = START_MS): FakeClock {
  let nowMs = startMs;
  const timers = new Map<number, { atMs: number; run: () => void }>();
  let lastId = 0;
  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    after(delayMs, run) {
      const id = ++lastId;
      timers.set(id, { atMs: nowMs + delayMs, run });
      return () => timers.delete(id);
    },
    advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter(([, { atMs }]) => atMs <= endMs).sort(([a, x], [b, y]) => x.atMs - y.atMs || a - b);
        if (next === undefined) break;
        timers.delete(next[0]);
        nowMs = Math.max(nowMs, next[1].atMs);
        next[1].run();
      }
      nowMs = endMs;
    },
    get timers() {
      return timers.size;
    },
  };
}

/** The machine's own timers, as sockets are real here. */
export const realClock: Clock = {
  now: () => START_MS,
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export function context(changes: Partial<ChannelContext> = {}): ChannelContext {
  return {
    clock: realClock,
    notify: () => undefined,
    stateDirectory: '/nowhere',
    fetch: globalThis.fetch,
    httpTimeoutMs: 5_000,
    smtpTimeoutMs: 5_000,
    ...changes,
  };
}

/** Everything that could be printed of a value, hidden parts too. */
export const printed = (value: unknown): string => `${inspect(value, { depth: 9, showHidden: true })} ${JSON.stringify(value)}`;
