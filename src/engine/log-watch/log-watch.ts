import type { Clock } from '../../clock/clock.ts';
import { msg, t } from '../../lang/lang.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { RuleInfo } from '../../model/detection.ts';
import type { SourceStatus } from '../../model/snapshot.ts';
import { duration } from '../../text/units.ts';
import type { LineOrigin } from '../pipeline.ts';
import { createRhythm, type Rhythm } from './log-rhythm.ts';
import { LOG_EMPTIED, LOG_REWRITTEN, LOG_SILENT, LOG_TIME_JUMP, LOG_TIME_JUMP_OLD } from './log-watch-rules.ts';

/** Notices what happens to logs themselves: they stop, are cut, or their time jumps. Each is a behaviour whose target is the source. */
export interface LogWatch {
  /** A line; `timeMs` is undefined when it has no time of its own. */
  saw(line: { readonly timeMs: number | undefined; readonly who: string }, origin: LineOrigin): void;
  /** A followed file was cut in place. */
  cut(source: { readonly id: number; readonly name: string }, how: 'emptied' | 'rewritten'): void;
  /** Looks for logs that are silent now; call it about once a second. */
  look(sources: readonly Pick<SourceStatus, 'id' | 'name' | 'state'>[]): void;
}

interface Log {
  readonly rhythm: Rhythm;
  name: string;
  /** Event time reached; the clock's, as long as no line has told a time of its own. */
  reachedMs: number | undefined;
  /** A line has told a time: those without one say nothing of the log's time any more. */
  isTimed: boolean;
  /** Monotonic time at which the last live line came. */
  arrivedMs: number | undefined;
  /** Live lines, and how late they came at least and at most: a writer that keeps lines back is silent in between. */
  lags: { lines: number; leastMs: number; mostMs: number };
  /** The silence that was told and lasts. */
  silentSinceMs: number | undefined;
  /** Lines in a row that lie far before, or far after, what was reached. */
  away: { count: number; readonly fromMs: number; readonly arrivedAfterMs: number | undefined } | undefined;
}

/** Lines may be out of order by this much. */
const DISORDER_MS = 5 * 60_000;
/** Lines in a row that must agree before a log's time counts as set back, or ahead. */
const AGREEING_BACK = 20;
const AGREEING_AHEAD = 3;
/** A step back of about an hour is summer time in a log without a zone. */
const isSummerTime = (ms: number): boolean => Math.abs(ms - 3_600_000) <= 300_000;

/** Live lines before their lag is known. */
const FEWEST_LIVE = 20;
const NO_LAGS = () => ({ lines: 0, leastMs: Number.POSITIVE_INFINITY, mostMs: Number.NEGATIVE_INFINITY });

const CUTS = {
  emptied: { rule: LOG_EMPTIED, detail: msg('it was cut to nothing, without a copy beside it') },
  rewritten: { rule: LOG_REWRITTEN, detail: msg('it begins as before, but lines that were read are gone') },
} as const;

interface Told {
  readonly rule: RuleInfo;
  readonly source: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly detail: string;
}

const behaviourOf = ({ rule, source, startMs, endMs, detail }: Told): Behaviour => ({
  key: `${rule.id} ${source} ${startMs}`,
  rule,
  success: false,
  group: { source },
  startMs,
  endMs,
  events: 1,
  silent: 1,
  value: Math.max(0, endMs - startMs),
  actors: [],
  actorCount: 0,
  example: '',
  detail,
});

function noteLag({ lags }: Log, lagMs: number): void {
  lags.lines++;
  lags.leastMs = Math.min(lags.leastMs, lagMs);
  lags.mostMs = Math.max(lags.mostMs, lagMs);
}

/** How long no line may arrive; undefined where that says nothing. */
function patienceMs({ rhythm, lags }: Log): number | undefined {
  const allowedMs = lags.lines < FEWEST_LIVE ? undefined : rhythm.allowedMs();
  return allowedMs === undefined ? undefined : Math.max(allowedMs, 2 * (lags.mostMs - lags.leastMs));
}

export function createLogWatch({ clock, tell }: { readonly clock: Clock; readonly tell: (behaviour: Behaviour) => void }): LogWatch {
  const logs = new Map<number, Log>();
  const logOf = (id: number, name: string): Log => {
    const known = logs.get(id);
    if (known !== undefined) return known;
    const log: Log = {
      rhythm: createRhythm(),
      name,
      reachedMs: undefined,
      isTimed: false,
      arrivedMs: undefined,
      lags: NO_LAGS(),
      silentSinceMs: undefined,
      away: undefined,
    };
    logs.set(id, log);
    return log;
  };
  const say = (told: Told): void => tell(behaviourOf(told));

  const silence = (log: Log, startMs: number, endMs: number): void =>
    say({
      rule: LOG_SILENT,
      source: log.name,
      startMs,
      endMs,
      detail: t('no line for {time}; its longest silence in the half hour before was {usual}', {
        time: duration(endMs - startMs),
        usual: duration(log.rhythm.longestMs()),
      }),
    });
  const jump = (log: Log, { fromMs, toMs, live }: { readonly fromMs: number; readonly toMs: number; readonly live: boolean }): void => {
    const time = duration(Math.abs(toMs - fromMs));
    say({
      rule: live ? LOG_TIME_JUMP : LOG_TIME_JUMP_OLD,
      source: log.name,
      startMs: Math.min(fromMs, toMs),
      endMs: Math.max(fromMs, toMs),
      detail: toMs < fromMs ? t('its lines go on {time} earlier', { time }) : t('its lines go on {time} later, without a pause', { time }),
    });
  };

  /** Believed steps ahead: silence where time has passed, a leap where it has not. */
  const steppedAhead = (log: Log, reachedMs: number, live: boolean): void => {
    const { fromMs, arrivedAfterMs } = log.away ?? { fromMs: reachedMs, arrivedAfterMs: undefined };
    const allowedMs = log.rhythm.allowedMs();
    const gapMs = fromMs - reachedMs;
    if (live && fromMs > clock.now() + DISORDER_MS) jump(log, { fromMs: reachedMs, toMs: fromMs, live });
    else if (allowedMs === undefined || gapMs <= allowedMs) return;
    else if (live && arrivedAfterMs !== undefined && arrivedAfterMs < gapMs / 2) jump(log, { fromMs: reachedMs, toMs: fromMs, live });
    else silence(log, reachedMs, fromMs);
  };
  /** What a line's time says of the log's; false while it is not believed. */
  const follow = (
    log: Log,
    timeMs: number,
    { live, afterMs }: { readonly live: boolean; readonly afterMs: number | undefined },
  ): boolean => {
    const reachedMs = log.reachedMs ?? timeMs;
    const offMs = timeMs - reachedMs;
    if (Math.abs(offMs) <= DISORDER_MS) {
      log.away = undefined;
      return true;
    }
    const ahead = offMs > 0;
    const { away } = log;
    // Ahead, whatever does not fall back agrees; behind, whatever stays behind.
    const agrees = away !== undefined && ahead === away.fromMs > reachedMs && timeMs >= away.fromMs - DISORDER_MS;
    if (agrees) away.count++;
    else log.away = { count: 1, fromMs: timeMs, arrivedAfterMs: afterMs };
    if ((log.away?.count ?? 0) < (ahead ? AGREEING_AHEAD : AGREEING_BACK)) return false;
    if (ahead) steppedAhead(log, reachedMs, live);
    else {
      if (!isSummerTime(-offMs)) jump(log, { fromMs: reachedMs, toMs: timeMs, live });
      log.rhythm.restart();
      log.lags = NO_LAGS();
      log.reachedMs = timeMs;
    }
    log.away = undefined;
    return true;
  };

  /** What was counted by the clock until now says nothing of a log that tells its own time. */
  const beginTimed = (log: Log): void => {
    log.isTimed = true;
    log.reachedMs = undefined;
    log.away = undefined;
    log.lags = NO_LAGS();
    log.silentSinceMs = undefined;
    log.rhythm.restart();
  };

  return {
    saw({ timeMs: own, who }, { sourceId, sourceName, live }) {
      const log = logOf(sourceId, sourceName);
      if (own !== undefined && !log.isTimed) beginTimed(log);
      const timeMs = own ?? (live && !log.isTimed ? clock.now() : undefined);
      const now = clock.monotonic();
      const afterMs = log.arrivedMs === undefined ? undefined : now - log.arrivedMs;
      if (live) log.arrivedMs = now;
      const told = log.silentSinceMs;
      log.silentSinceMs = undefined;
      if (timeMs === undefined) return;
      if (told !== undefined && timeMs > told) {
        silence(log, told, timeMs);
        log.reachedMs = timeMs;
      }
      if (!follow(log, timeMs, { live, afterMs })) return;
      if (live) noteLag(log, clock.now() - timeMs);
      log.rhythm.saw(timeMs, who);
      log.reachedMs = Math.max(log.reachedMs ?? timeMs, timeMs);
    },
    cut({ id, name }, how) {
      const log = logOf(id, name);
      const atMs = log.reachedMs ?? clock.now();
      const { rule, detail } = CUTS[how];
      say({ rule, source: name, startMs: atMs, endMs: Math.max(atMs, Math.min(clock.now(), atMs + DISORDER_MS)), detail: t(detail) });
    },
    look(sources) {
      const now = clock.monotonic();
      for (const { id, state } of sources) {
        const log = logs.get(id);
        if (log?.arrivedMs === undefined || log.reachedMs === undefined || log.silentSinceMs !== undefined) continue;
        if (state !== 'live' && state !== 'waiting') continue;
        const silentMs = now - log.arrivedMs;
        const allowedMs = patienceMs(log);
        if (allowedMs === undefined || silentMs <= allowedMs) continue;
        log.silentSinceMs = log.reachedMs;
        silence(log, log.reachedMs, log.reachedMs + silentMs);
      }
    },
  };
}
