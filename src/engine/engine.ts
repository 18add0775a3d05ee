import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { whoIsHere } from '../audit/who.ts';
import type { Clock } from '../clock/clock.ts';
import { ENGLISH } from '../lang/language.ts';
import type { Behaviour } from '../model/behaviour.ts';
import { CHECK_NAMES } from '../model/check.ts';
import type { Entry } from '../model/entry.ts';
import type { Incident, IncidentRecord } from '../model/incident.ts';
import type { OutputInfo } from '../model/output.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { isKeptByAnother } from '../store/open-store.ts';
import type { Alerting } from './alerting/alerting.ts';
import type { Decision } from './alerting/auto-alerts.ts';
import { type CatchUp, createCatchUp } from './alerting/catch-up.ts';
import { createClientWatch } from './clients/client-watch.ts';
import { type Committer, createCommitter, positionKey } from './committer.ts';
import { createEventIds } from './event-ids.ts';
import { createWhois, type Whois } from './incidents/dossier.ts';
import type { OpenedSources } from './input/open-sources.ts';
import { createPace, type Pace } from './input/pace.ts';
import { createSourceSet, type SourceSet } from './input/source-set.ts';
import { openKnown } from './known.ts';
import { createLineWay } from './line-way.ts';
import { createLogWatch } from './log-watch/log-watch.ts';
import { operatorName } from './operator.ts';
import type { EngineOptions } from './options.ts';
import { createMetricsDesk, type MetricsDesk } from './outward/metrics-desk.ts';
import { openOutputs, outputNames } from './outward/outputs.ts';
import type { Processed } from './pipeline.ts';
import type { EngineClient, EngineEvent } from './protocol.ts';
import { openRuling } from './reload.ts';
import { createScreens } from './screens/open-screens.ts';
import type { RejectedLines } from './screens/rejected.ts';
import { screenParts } from './screens/screen-parts.ts';
import type { Person, Screen } from './screens/screens.ts';
import type { Statistics } from './statistics.ts';
import { createWebRoot } from './web-root/web-root.ts';

/** What the engine is given besides its options. */
export interface EngineParts {
  readonly clock: Clock;
  readonly emit: (event: EngineEvent) => void;
  /** Sources instead of those that the options name, how fast they are read, and which of their lines count (a time in the past). */
  readonly opened?: OpenedSources;
  readonly pace?: Pace;
  readonly accepts?: (entry: Entry) => boolean;
  /** Every line after it was processed (headless output). */
  readonly onLine?: (processed: Processed) => void;
  /** Incidents that changed, a few times a second and at the end (headless output). */
  readonly onIncidents?: (changed: readonly IncidentRecord[]) => void;
  /** What the alert policy decides, and why. */
  readonly onDecision?: (decision: Decision) => void;
  /** What everybody who looks is told, for where nobody does (headless: standard error). */
  readonly onNotice?: (text: string) => void;
  /** Incidents of which nothing more will be heard. */
  readonly onRetired?: (retired: readonly Incident[]) => void;
}

/** One engine: reads its sources, knows what is going on, answers commands. It knows no threads and no terminal. */
export interface Engine {
  /** The screen of whoever started this engine. */
  readonly client: EngineClient;
  /** Another screen, for somebody who attaches. */
  openScreen(person: Person): Screen;
  /**
   * Puts other options and rules in force; not a line is lost. Rejects, and leaves the old ones, when the new are wrong. Resolves to the
   * settings that need a restart.
   */
  reload(options: EngineOptions): Promise<readonly string[]>;
  /** Resolves when every source has ended or the engine was closed. */
  run(): Promise<void>;
  readonly revision: number;
  /** The snapshot for the latest view; undefined before a screen asked for one. */
  snapshot(): Snapshot | undefined;
  readonly statistics: Statistics;
  readonly sources: SourceSet;
  readonly alerting: Alerting;
  /** Says something short to everybody who looks. */
  notice(text: string): void;
  /** Rejected lines, newest first. */
  rejected(): ReturnType<RejectedLines['list']>;
  /** `file:line: reason` of a person's rules that cannot be honoured. */
  readonly refusedRules: readonly string[];
  /** Country, network and tag of an address. */
  readonly whois: Whois;
  /** Every incident held, open or closed, at its height. */
  incidents(): Incident[];
  /** Resolves when the folders of the web server are watched. */
  readonly watching: Promise<void>;
  /** Why the state is in memory only; `''` when it is in its file. */
  readonly memoryOnly: string;
  /** Items lost to the bounds of memory. */
  dropped(): number;
  /** Where findings go by themselves. */
  outputs(): readonly OutputInfo[];
}

/** Opens the store, the rules and the channels; nothing is read before {@link Engine.run}. Throws typed errors for what a person must mend. */
export async function openEngine(options: EngineOptions, parts: EngineParts): Promise<Engine> {
  const { clock, emit, onLine, onIncidents, onRetired, onDecision, accepts, opened, pace } = parts;
  let revision = 0;
  const changed = (): void => void revision++;
  const notify = (text: string): void => emit({ type: 'notify', text });
  const known = await openKnown(options, {
    clock,
    changed,
    notify,
    onDecision,
    onNotice: parts.onNotice,
    onFindings: (findings) => outputs.findings(findings),
  });
  const { store, statistics, incidents, notices, rejected, baseline, logTime } = known;
  const ruling = await openRuling(options, {
    known,
    commit: () => committer.commit(),
    onChange(now) {
      shown = screenParts(now, { known, sources, outputs });
    },
    outward: {
      async prepare(next) {
        const prepared = await metrics.prepare(next.metrics);
        return {
          async apply(now) {
            await prepared.apply();
            await outputs.change({ config: now.config.outputs, names: outputNames(next.outputs, { isSecond, notices }) });
          },
          cancel: prepared.cancel,
        };
      },
    },
  });
  const inForce = ruling.now;
  const { autoAlerts: alertMode, watch = [] } = options;
  const webRoot =
    watch.length === 0
      ? undefined
      : createWebRoot({ ...known, roots: watch, isTrusted: (...of) => inForce().trust.ofClient(...of), onChange: changed });
  const catchUp: CatchUp | undefined =
    alertMode === 'explain'
      ? createCatchUp({ isIdle: () => inForce().auto?.idle ?? true, decide: (nowMs) => committer.commit({ nowMs }) })
      : undefined;
  const tell = (behaviour: Behaviour): void => inForce().rules.behaviours.tell(behaviour);
  const logWatch = createLogWatch({ clock, tell });
  const clientWatch = createClientWatch(tell);
  const isSecond = isKeptByAnother(store.memoryOnly);
  const outputs = openOutputs({
    config: inForce().config.outputs,
    names: outputNames(options.outputs, { isSecond, notices }),
    folder: options.persist && store.memoryOnly === '' ? join(options.stateDirectory, 'outputs') : undefined,
    knownFindings: CHECK_NAMES.flatMap((name) => store.checks.findings(name)),
    withHistory: !options.follow || options.history === 'all',
    clock,
    notices,
    changed,
  });
  const eventIds = createEventIds({ host: hostname(), run: randomUUID() });
  const ownPace = createPace(clock);
  const sources = await createSourceSet({
    options,
    clock,
    opened,
    pace: pace ?? (options.follow ? ownPace : outputs.paced(ownPace)),
    savedPosition: (key) => store.positions.get(positionKey(key, alertMode)),
    notices,
    emit,
    onEntry: createLineWay({
      known,
      inForce,
      logWatch,
      clientWatch,
      outputs,
      eventIds,
      webRoot,
      catchUp,
      metrics: () => metrics.counters(),
      accepts,
      onLine,
    }),
    onRejected: ({ sourceName, sequence }, reason, text) => rejected.add({ source: sourceName, sequence, reason, text }),
    onCut: logWatch.cut,
    onLive: statistics.setLive,
    onChange: changed,
    onUnconfirmed: () => committer.soon(),
    onStop: () => committer.commit(),
  });
  const committer: Committer = createCommitter({
    clock,
    store,
    incidents,
    baseline,
    outputs,
    sources: () => sources,
    inForce,
    nowMs: statistics.nowMs,
    alertMode,
    before() {
      logWatch.look(sources.statuses());
      return !ruling.isChanging;
    },
    onIncidents,
    onRetired,
  });
  const dropped = (): number => incidents.evicted + sources.dropped() + inForce().rules.behaviours.evicted + (webRoot?.dropped ?? 0);
  const metrics: MetricsDesk = createMetricsDesk({
    clock,
    version: options.version,
    sources,
    incidents,
    outputs,
    lagMs: () => (sources.ended() ? undefined : statistics.lagMs()),
    alerts: () => ({ waiting: inForce().alerting.counts().waiting, totals: inForce().alerting.totals() }),
    work: () => inForce().rules.work,
    dropped,
    memoryOnly: () => store.memoryOnly,
    isSecond,
    notices,
  });
  try {
    await (await metrics.prepare(options.metrics)).apply();
  } catch (error) {
    await outputs.close();
    await inForce().close();
    store.close();
    throw error;
  }
  let shown = screenParts(inForce(), { known, sources, outputs });
  const screens = createScreens({
    parts: () => shown,
    past: { options: () => inForce().options, clock, logTimeMs: logTime.now, open: openEngine },
    owner: {
      who: whoIsHere(process.env),
      name: operatorName(process.env),
      mayNot: options.mayNot ?? '',
      language: options.language ?? ENGLISH,
    },
    revision: () => revision + inForce().alerting.revision,
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    committer.stop();
    await ruling.settled();
    await screens.close();
    webRoot?.close();
    await sources.stop();
    committer.commit();
    await metrics.close();
    await outputs.close();
    await inForce().close();
    store.close();
  };
  return {
    client: {
      request: (command, request) => screens.needOwn().request(command, request),
      subscribe: () => () => {},
      close: () => {
        closing ??= close();
        return closing;
      },
    },
    openScreen: screens.open,
    reload: ruling.reload,
    async run() {
      // What is read for cron, or to be explained, is decided in the log's own time, or all together at its end.
      if (alertMode === undefined || alertMode === 'live') committer.keep();
      await sources.run();
      statistics.settle();
      inForce().rules.behaviours.settle();
      catchUp?.finish();
      committer.commit({ end: alertMode === 'since-last' });
      changed();
    },
    get revision() {
      return screens.needOwn().revision;
    },
    snapshot: () => screens.own?.snapshot(),
    statistics,
    sources,
    get alerting() {
      return inForce().alerting;
    },
    get memoryOnly() {
      return store.memoryOnly;
    },
    notice(text) {
      notices.add(text);
      changed();
    },
    rejected: rejected.list,
    watching: webRoot?.ready ?? Promise.resolve(),
    get refusedRules() {
      return inForce().rules.refused;
    },
    get whois() {
      return createWhois(inForce().enricher);
    },
    incidents: () => incidents.all(),
    dropped,
    outputs: outputs.list,
  };
}
