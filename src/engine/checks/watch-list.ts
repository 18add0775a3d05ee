import { createWatchList, type WatchEvent } from '../../checks/watch-list.ts';
import type { WatchListSettings } from '../../checks/watch-settings.ts';
import type { Clock } from '../../clock/clock.ts';
import { msg } from '../../lang/lang.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { RuleInfo, Severity } from '../../model/detection.ts';
import type { Entry } from '../../model/entry.ts';
import { actorOf } from '../../net/address.ts';
import type { Store } from '../../store/store.ts';
import type { LineOrigin } from '../pipeline.ts';

/** Accounts and paths that few may use, over the lines of all sources. */
export interface AccessWatch {
  saw(entry: Entry, origin: Pick<LineOrigin, 'live' | 'sourceName'>): void;
  close(): void;
}

export interface AccessWatchParts {
  readonly settings: WatchListSettings;
  readonly timeZone: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly tell: (behaviour: Behaviour) => void;
  readonly nowMs: () => number | undefined;
}

const MEMORY = 'watch-list';
const KEEP_MS = 10_000;

const rule = (name: string, rest: Pick<RuleInfo, 'title' | 'description' | 'techniques'>): Omit<RuleInfo, 'severity'> => ({
  id: `secmon.watch.${name}`,
  name: `watch-${name}`,
  families: ['auth'],
  ...rest,
});

const RULES: Readonly<Record<WatchEvent['kind'], Omit<RuleInfo, 'severity'>>> = {
  first: rule('first-success', {
    title: msg('First success of somebody new'),
    description: 'An account or path of the watch list was used by an address or user that never did so before.',
    techniques: ['T1078'],
  }),
  hours: rule('unusual-hours', {
    title: msg('Success at an unusual hour'),
    description: 'An account or path of the watch list was used outside the hours in which it usually is.',
    techniques: ['T1078'],
  }),
  rights: rule('rights', {
    title: msg('Rights of an account were changed'),
    description: 'An account was made, or was given other rights or another password.',
    techniques: ['T1098', 'T1136'],
  }),
};

/** What is new of a place that nothing was known of may be its usual visitor. */
function severityOf({ kind, isFirstEver, isGrave }: WatchEvent): Severity {
  if (isGrave) return 'high';
  return kind === 'first' && isFirstEver ? 'low' : 'medium';
}

interface Told {
  readonly event: WatchEvent;
  readonly actor: string;
  readonly timeMs: number;
  readonly source: string;
}

function behaviourOf({ event, actor, timeMs, source }: Told): Behaviour {
  const { kind, place, user, text } = event;
  const who = actor === '' ? { 'cs-username': (user || place).slice(0, 200) } : { 'c-ip': actor };
  return {
    key: `watch ${kind} ${place} ${actor} ${text}`.slice(0, 300),
    rule: { ...RULES[kind], severity: severityOf(event) },
    // The account was used: whether by the right person nobody can tell.
    success: false,
    group: { ...who, source },
    startMs: timeMs,
    endMs: timeMs,
    events: 1,
    silent: 1,
    value: 1,
    actors: actor === '' ? [] : [actor],
    actorCount: actor === '' ? 0 : 1,
    example: place.slice(0, 120),
    detail: `${place}: ${text}`.slice(0, 300),
  };
}

export function openAccessWatch({ settings, timeZone, store, clock, tell, nowMs }: AccessWatchParts): AccessWatch {
  const list = createWatchList(settings, { timeZone, memory: store.kept.get(MEMORY) });
  let cancel: (() => void) | undefined;
  const keep = (): void => {
    cancel = undefined;
    const memory = list.takeMemory();
    if (memory !== undefined) store.commit({ kept: [[MEMORY, memory]] });
  };
  return {
    saw(entry, { live, sourceName }) {
      const timeMs = entry.timeMs ?? nowMs() ?? clock.now();
      const actor = entry.address === '' ? '' : actorOf(entry.address);
      for (const event of list.saw(entry, { actor, timeMs, live })) tell(behaviourOf({ event, actor, timeMs, source: sourceName }));
      cancel ??= clock.after(KEEP_MS, keep);
    },
    close() {
      cancel?.();
      keep();
    },
  };
}
