import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { whoIsHere } from '../audit/who.ts';
import type { Clock } from '../clock/clock.ts';
import { createIncidentTracker } from '../incidents/tracker.ts';
import { t } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';
import type { Behaviour } from '../model/behaviour.ts';
import type { Entry } from '../model/entry.ts';
import type { Incident, IncidentRecord } from '../model/incident.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { OutputInfo } from '../outputs/output.ts';
import { isKeptByAnother, openStore } from '../store/open-store.ts';
import { storeText } from '../store/sentences.ts';
import { storePath } from '../store/state-directory.ts';
import type { Alerting } from './alerting/alerting.ts';
import type { Decision } from './alerting/auto-alerts.ts';
import { type CatchUp, createCatchUp } from './alerting/catch-up.ts';
import { createBaselineKeeper, NO_BASELINE } from './baseline.ts';
import { createClientWatch } from './clients/client-watch.ts';
import { type Committer, createCommitter, positionKey } from './committer.ts';
import { openEvidenceDesk } from './evidence/evidence.ts';
import { createFeed } from './feed/feed.ts';
import { allRules, type InForce, type Lasting, putInForce } from './in-force.ts';
import { createWhois, type Whois } from './incidents/dossier.ts';
import { restoreIncidents } from './incidents/restore-incidents.ts';
import type { OpenedSources } from './input/open-sources.ts';
import { createPace, type Pace } from './input/pace.ts';
import { createSourceSet, type SourceSet } from './input/source-set.ts';
import { createLogWatch } from './log-watch/log-watch.ts';
import { createNotices } from './notices.ts';
import { operatorName } from './operator.ts';
import type { EngineOptions } from './options.ts';
import { createMetrics, openMetricsServer } from './outward/metrics.ts';
import { openOutputs, outputNames } from './outward/outputs.ts';
import { createLogTime } from './past/log-time.ts';
import type { Processed } from './pipeline.ts';
import type { EngineClient, EngineEvent } from './protocol.ts';
import { needsRestart } from './reload.ts';
import { createRuleTally } from './rules/rule-list.ts';
import { createScreens } from './screens/open-screens.ts';
import { createRejectedLines } from './screens/rejected.ts';
import type { Person, Screen, ScreenParts } from './screens/screens.ts';
import { createStatistics, type Statistics } from './statistics.ts';
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
  /** What a source says of itself: it waits, failed, or has something to tell (headless: standard error). */
  readonly onSourceTold?: (name: string, detail: string) => void;
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
  rejected(): ReturnType<ReturnType<typeof createRejectedLines>['list']>;
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
  const store = await openStore({ path: options.persist ? storePath(options.stateDirectory) : ':memory:', now: clock.now });
  const statistics = createStatistics({ clock });
  const notices = createNotices(clock.now());
  const incidents = createIncidentTracker({ newId: randomUUID });
  const sinceLast = restoreIncidents(store.incidents, incidents);
  const feed = createFeed(options.heldLines === undefined ? {} : { recent: options.heldLines });
  const rejected = createRejectedLines();
  const logTime = createLogTime(clock);
  const baseline = options.follow ? createBaselineKeeper({ store, sources: options.sources, nowMs: statistics.nowMs }) : NO_BASELINE;
  for (const text of store.notices) notices.add(storeText(text));
  if (sinceLast !== '') notices.add(sinceLast);
  const known: Lasting = {
    clock,
    store,
    statistics,
    incidents,
    feed,
    notices,
    tally: createRuleTally(),
    changed,
    notify: (text) => emit({ type: 'notify', text }),
    onDecision,
  };
  let inForce: InForce = await putInForce(options, await allRules(options.rulesJson, options.ruleFiles), known);
  const isTrusted: InForce['trust']['ofClient'] = (address, userAgent) => inForce.trust.ofClient(address, userAgent);
  const watch = options.watch ?? [];
  const webRoot =
    watch.length === 0 ? undefined : createWebRoot({ roots: watch, clock, feed, incidents, notices, isTrusted, onChange: changed });
  const { autoAlerts: alertMode } = options;
  const catchUp: CatchUp | undefined =
    alertMode === 'explain'
      ? createCatchUp({ isIdle: () => inForce.auto?.idle ?? true, decide: (nowMs) => committer.commit({ nowMs }) })
      : undefined;
  const tell = (behaviour: Behaviour): void => inForce.rules.behaviours.tell(behaviour);
  const logWatch = createLogWatch({ clock, tell });
  const clientWatch = createClientWatch(tell);
  const outputs = openOutputs({
    config: inForce.config.outputs,
    names: outputNames(options.outputs, { isSecond: isKeptByAnother(store.memoryOnly), notices }),
    folder: options.persist && store.memoryOnly === '' ? join(options.stateDirectory, 'outputs') : undefined,
    withHistory: !options.follow || options.history === 'all',
    clock,
    notices,
    changed,
  });
  const ownPace = createPace(clock);
  const sources = await createSourceSet({
    options,
    clock,
    opened,
    pace: pace ?? (options.follow ? ownPace : outputs.paced(ownPace)),
    savedPosition: (key) => store.positions.get(positionKey(key, alertMode)),
    notices,
    emit,
    onEntry(entry, origin) {
      if (accepts?.(entry) === false) return;
      const { auto, rules, acting, checks } = inForce;
      changed();
      if (entry.timeMs !== undefined) logTime.saw(entry.timeMs);
      logWatch.saw({ timeMs: entry.timeMs, who: entry.address }, origin);
      catchUp?.before(entry.timeMs);
      auto?.before(entry, origin);
      const processed =
        metrics === undefined ? rules.pipeline.process(entry, origin) : metrics.counted(() => rules.pipeline.process(entry, origin));
      outputs.saw(processed, origin);
      auto?.after(processed);
      checks.saw(processed, origin);
      baseline.record(entry, entry.timeMs ?? statistics.nowMs() ?? clock.now(), processed.detection);
      clientWatch.saw(entry, entry.timeMs ?? statistics.nowMs() ?? clock.now());
      webRoot?.saw(processed.line);
      acting.banDesk.saw(entry);
      onLine?.(processed);
      catchUp?.after(statistics.nowMs());
    },
    onRejected: ({ sourceName, sequence }, reason, text) => rejected.add({ source: sourceName, sequence, reason, text }),
    onCut: logWatch.cut,
    onLive: statistics.setLive,
    onChange: changed,
    onUnconfirmed: () => committer.soon(),
    onStop: () => committer.commit(),
    onTold: parts.onSourceTold,
  });

  let reloading: Promise<readonly string[]> | undefined;
  const committer: Committer = createCommitter({
    clock,
    store,
    incidents,
    baseline,
    outputs,
    sources: () => sources,
    inForce: () => inForce,
    nowMs: statistics.nowMs,
    alertMode,
    before() {
      logWatch.look(sources.statuses());
      return reloading === undefined;
    },
    onIncidents,
    onRetired,
  });
  const metrics =
    options.metrics &&
    createMetrics({
      clock,
      version: options.version,
      sources,
      incidents,
      outputs,
      lagMs: () => (sources.ended() ? undefined : statistics.lagMs()),
      alerts: () => ({ waiting: inForce.alerting.counts().waiting, totals: inForce.alerting.totals() }),
      work: () => inForce.rules.work,
      dropped: () => dropped(),
      memoryOnly: () => store.memoryOnly,
    });
  const isSecond = isKeptByAnother(store.memoryOnly);
  const metricsServer =
    metrics &&
    (await openMetricsServer(options.metrics, metrics, { isSecond, notices }).catch(async (error: unknown) => {
      await outputs.close();
      await inForce.close();
      store.close();
      throw error;
    }));
  const partsOf = (now: InForce): ScreenParts => ({
    handlers: {
      banDesk: now.acting.banDesk,
      mutes: now.rules.mutes,
      ruleDesk: now.rules.desk,
      feed,
      incidents,
      statistics,
      sources,
      rejected,
      baseline,
      alerting: now.alerting,
      outputs,
      evidence: openEvidenceDesk({ options: now.options, clock, feed, incidents, sources, whois: createWhois(now.enricher) }),
      enricher: now.enricher,
      checks: now.checks,
      now: clock.now,
    },
    muting: { ...now.rules.parts, incidents, clock, path: now.options.mutesFile },
    snapshot: {
      clock,
      statistics,
      incidents,
      sources,
      notices,
      alerting: now.alerting,
      outputs,
      countryOf: (address) => now.enricher.about(address).country,
      checks: now.checks.desk.brief,
      memoryOnly: store.memoryOnly,
    },
    audited: now.acting.audited,
  });
  let screenParts = partsOf(inForce);
  const screens = createScreens({
    parts: () => screenParts,
    past: { options: () => inForce.options, clock, logTimeMs: logTime.now, open: openEngine },
    owner: {
      who: whoIsHere(process.env),
      name: operatorName(process.env),
      mayNot: options.mayNot ?? '',
      language: options.language ?? ENGLISH,
    },
    revision: () => revision + inForce.alerting.revision,
  });

  /** The old outbox lets go before the new one opens: nothing is sent twice. What cannot be put in force leaves the old. */
  const reload = async (next: EngineOptions): Promise<readonly string[]> => {
    const ruleSet = await allRules(next.rulesJson, next.ruleFiles);
    const before = inForce;
    const restart = needsRestart(before.options, next);
    committer.commit();
    await before.alerting.close();
    const applied = { ...before.options, ...next, sources: before.options.sources, stateDirectory: before.options.stateDirectory };
    let failure: unknown;
    try {
      inForce = await putInForce(applied, ruleSet, known);
    } catch (error) {
      failure = error;
      inForce = await putInForce(before.options, before.ruleSet, known);
    }
    screenParts = partsOf(inForce);
    await before.close();
    if (failure !== undefined) throw failure;
    notices.add(t('configuration and rules loaded again'));
    if (restart.length > 0) notices.add(t('these settings need a restart: {settings}', { settings: restart.join(', ') }));
    changed();
    return restart;
  };

  const dropped = (): number => incidents.evicted + sources.dropped() + inForce.rules.behaviours.evicted + (webRoot?.dropped ?? 0);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    committer.stop();
    await reloading?.catch(() => {});
    await screens.close();
    webRoot?.close();
    await sources.stop();
    committer.commit();
    await metricsServer?.close();
    await outputs.close();
    await inForce.close();
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
    async reload(next) {
      await reloading?.catch(() => {});
      reloading = reload(next);
      try {
        return await reloading;
      } finally {
        reloading = undefined;
      }
    },
    async run() {
      // What is read for cron, or to be explained, is decided in the log's own time, or all together at its end.
      if (alertMode === undefined || alertMode === 'live') committer.keep();
      await sources.run();
      statistics.settle();
      inForce.rules.behaviours.settle();
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
      return inForce.alerting;
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
      return inForce.rules.refused;
    },
    get whois() {
      return createWhois(inForce.enricher);
    },
    incidents: () => incidents.all(),
    dropped,
    outputs: outputs.list,
  };
}
