import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { compilePolicy } from '../alerts/policy/policy.ts';
import type { Clock } from '../clock/clock.ts';
import { unpackConfig } from '../config/wire.ts';
import { createDetector } from '../detection/detect.ts';
import { type RuleFile, RuleFilesError, refusalText } from '../detection/rule-files.ts';
import { createEnrichment } from '../enrichment/enrichment.ts';
import { createIncidentTracker } from '../incidents/tracker.ts';
import type { Entry } from '../model/entry.ts';
import type { Incident, IncidentRecord } from '../model/incident.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { isKeptByAnother, openStore } from '../store/open-store.ts';
import { storePath } from '../store/state-directory.ts';
import { openActing } from './acting.ts';
import { type Alerting, openAlerting } from './alerting.ts';
import { ALERT_STATE, type AutoAlerts, alertEvent, createAutoAlerts, type Decision, saysAnything } from './auto-alerts.ts';
import { createBaselineKeeper, NO_BASELINE } from './baseline.ts';
import { createBehaviours } from './behaviours.ts';
import { type CatchUp, createCatchUp } from './catch-up.ts';
import { createWhois, type Whois } from './dossier.ts';
import { openEvidenceDesk } from './evidence.ts';
import { createFeed } from './feed.ts';
import { createHandlers } from './handlers.ts';
import { createMuteDesk } from './mute-desk.ts';
import { MUTE_HITS_FILE, openMuteHits } from './mute-hits.ts';
import { openMutes } from './mutes.ts';
import { createNotices } from './notices.ts';
import type { OpenedSources } from './open-sources.ts';
import { operatorName } from './operator.ts';
import type { EngineOptions } from './options.ts';
import { createPace, type Pace } from './pace.ts';
import { createPast } from './past.ts';
import { createPipeline, type Processed } from './pipeline.ts';
import type { EngineClient, EngineEvent, View } from './protocol.ts';
import { createRejectedLines } from './rejected.ts';
import { restoreIncidents } from './restore-incidents.ts';
import { createRuleDesk } from './rule-desk.ts';
import { createRuleTally } from './rule-list.ts';
import { type LoadedRuleSet, loadRuleSet, readRuleSet, silentIds, wantedIds } from './rule-set.ts';
import { buildSnapshot } from './snapshot.ts';
import { createSourceSet, type SourceSet } from './source-set.ts';
import { createStatistics, type Statistics } from './statistics.ts';
import { createTrust } from './trust.ts';
import { createWebRoot } from './web-root.ts';

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
  /** Incidents of which nothing more will be heard. */
  readonly onRetired?: (retired: readonly Incident[]) => void;
}

/** One engine: reads its sources, knows what is going on, answers commands. It knows no threads and no terminal. */
export interface Engine {
  readonly client: EngineClient;
  /** Resolves when every source has ended or the engine was closed. */
  run(): Promise<void>;
  readonly revision: number;
  /** The snapshot for the latest view; undefined before a screen asked for one. */
  snapshot(): Snapshot | undefined;
  readonly statistics: Statistics;
  readonly sources: SourceSet;
  readonly alerting: Alerting;
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
}

const COMMIT_MS = 1000;
const SHOWN_REFUSALS = 3;

/**
 * Built-in and a person's rules, the person's filters applied. Of a folder of published rules some are for other logs: these are refused
 * aloud, and the others run. Throws when none can be honoured.
 */
async function allRules(json: string, files: readonly RuleFile[]): Promise<LoadedRuleSet> {
  const loaded = await loadRuleSet(files, readRuleSet(json));
  if (loaded.refused.length > 0 && loaded.right === 0) throw new RuleFilesError(loaded.refused.map(refusalText).join('\n'));
  return loaded;
}

/** Opens the store, the rules and the channels; nothing is read before {@link Engine.run}. Throws typed errors for what a person must mend. */
export async function openEngine(options: EngineOptions, parts: EngineParts): Promise<Engine> {
  const { clock, emit, onLine, onIncidents, onRetired, onDecision, accepts, opened, pace } = parts;
  let revision = 0;
  const store = await openStore({ path: options.persist ? storePath(options.stateDirectory) : ':memory:', now: clock.now });
  const alerting = openAlerting({
    channels: unpackConfig(options.config, process.env).alerts.channels,
    store,
    clock,
    timeZone: options.timeZone,
    stateDirectory: options.stateDirectory,
    notify: (text) => emit({ type: 'notify', text }),
  });
  const statistics = createStatistics({ clock });
  const notices = createNotices();
  const config = unpackConfig(options.config, process.env);
  const enricher = createEnrichment({
    settings: config,
    countriesFile: options.countriesFile,
    notice: (text) => notices.add(text),
    changed: () => revision++,
    clock,
  });
  const trust = createTrust(enricher);
  const incidents = createIncidentTracker({ newId: randomUUID });
  const sinceLast = restoreIncidents(store.incidents, incidents);
  const feed = createFeed(options.heldLines === undefined ? {} : { recent: options.heldLines });
  const rejected = createRejectedLines();
  const acting = openActing(options, { config, clock, feed, incidents, enricher, notices, changed: () => revision++ });
  const past = createPast({ options, clock, open: openEngine });
  const baseline = options.follow ? createBaselineKeeper({ store, sources: options.sources, nowMs: statistics.nowMs }) : NO_BASELINE;
  for (const text of store.notices) notices.add(text);
  if (sinceLast !== '') notices.add(sinceLast);
  let view: View | undefined;

  const ruleSet = await allRules(options.rulesJson, options.ruleFiles);
  const refused = ruleSet.refused.map(refusalText);
  for (const text of refused.slice(0, SHOWN_REFUSALS)) notices.add(`rule refused: ${text}`);
  if (refused.length > SHOWN_REFUSALS) notices.add(`${refused.length} rules refused; see: secmon rules check`);
  const detector = createDetector({ rules: ruleSet.rules, silent: silentIds(ruleSet), wanted: wantedIds(ruleSet) });
  const ruleInfos = [...ruleSet.rules, ...ruleSet.correlations].map(({ info }) => info);
  const mutes = openMutes({
    path: options.mutesFile,
    follow: options.follow,
    hits: openMuteHits(options.persist ? join(options.stateDirectory, MUTE_HITS_FILE) : undefined),
    rules: ruleInfos,
    detect: detector.detect,
    clock,
    notice: (text) => notices.add(text),
    changed: () => revision++,
  });
  await mutes.ready;
  const tally = createRuleTally();
  const behaviours = createBehaviours({
    correlations: ruleSet.correlations,
    incidents,
    trust,
    muting: mutes,
    tally,
    onTold: (behaviour) => auto?.behaviour(behaviour),
  });
  const pipeline = createPipeline({
    detector,
    statistics,
    incidents,
    behaviours,
    isTrusted: trust.ofClient,
    feed,
    muting: mutes,
    tally,
    fallbackMs: () => statistics.nowMs() ?? clock.now(),
  });
  const watch = options.watch ?? [];
  const webRoot =
    watch.length === 0
      ? undefined
      : createWebRoot({ roots: watch, clock, feed, incidents, notices, isTrusted: trust.ofClient, onChange: () => revision++ });
  const { autoAlerts: alertMode } = options;
  // The runs of cron read on from where they were, whatever a screen has read meanwhile.
  const positionPrefix = alertMode === 'since-last' ? 'scan:' : '';
  const policy = compilePolicy(config.alerts, options.timeZone);
  const isSecond = isKeptByAnother(store.memoryOnly);
  if (isSecond && alertMode === 'live' && saysAnything(policy))
    notices.add('alerts without a key press are left to the secmon that keeps the state');
  const auto: AutoAlerts | undefined =
    alertMode === undefined || (alertMode === 'live' && (isSecond || !saysAnything(policy)))
      ? undefined
      : createAutoAlerts({
          policy,
          mode: alertMode,
          kept: store.kept.get(ALERT_STATE),
          knowledge: { feed, incidents, statistics, enricher },
          recordOf: alerting.records,
          alerts: alerting.list,
          tagsOf: (actor) => [enricher.about(actor).tag].filter((tag) => tag !== ''),
          dropped: () => incidents.evicted + behaviours.evicted,
          auditHead: acting.audit.head,
          timeZone: options.timeZone,
          now: clock.now,
          onDecision,
        });
  const catchUp: CatchUp | undefined =
    auto && alertMode === 'explain' ? createCatchUp({ isIdle: () => auto.idle, decide: (nowMs) => commit({ nowMs }) }) : undefined;
  const sources = await createSourceSet({
    options,
    clock,
    opened,
    pace: pace ?? createPace(clock),
    savedPosition: (key) => store.positions.get(`${positionPrefix}${key}`),
    notices,
    emit,
    onEntry(entry, origin) {
      if (accepts?.(entry) === false) return;
      revision++;
      if (entry.timeMs !== undefined) past.saw(entry.timeMs);
      catchUp?.before(entry.timeMs);
      auto?.before(entry, origin);
      const processed = pipeline.process(entry, origin);
      auto?.after(processed);
      baseline.record(entry, entry.timeMs ?? statistics.nowMs() ?? clock.now(), processed.detection);
      webRoot?.saw(processed.line);
      acting.banDesk.saw(entry);
      onLine?.(processed);
      catchUp?.after(statistics.nowMs());
    },
    onRejected: ({ sourceName, sequence }, reason, text) => rejected.add({ source: sourceName, sequence, reason, text }),
    onLive: statistics.setLive,
    onChange: () => revision++,
  });

  /** Positions and state go to the store in one transaction (design: "One engine owns the state"). */
  const commit = ({ nowMs, end = false }: { nowMs?: number; end?: boolean } = {}): void => {
    const now = nowMs ?? statistics.nowMs();
    if (now !== undefined) {
      behaviours.advance(now);
      incidents.advance(now);
    }
    const changed = incidents.takeChanged();
    if (changed.length > 0) onIncidents?.(changed);
    const retired = incidents.takeRetired();
    if (retired.length > 0) onRetired?.(retired);
    const decided = auto?.decide(changed, { nowMs: nowMs ?? clock.now(), end });
    const sends = alertMode !== 'explain' && decided !== undefined;
    store.commit({
      incidents: changed,
      positions: sources.positions().map(([key, position]) => [`${positionPrefix}${key}`, position] as const),
      history: baseline.takeRecords(),
      ...(sends ? { alerts: decided.alerts, kept: decided.kept } : {}),
    });
    if (sends) for (const { channel, message } of decided.alerts) acting.audit.record(alertEvent(channel, message));
    if (sends && decided.alerts.length > 0) alerting.wake();
    for (const id of decided?.opened ?? []) if (incidents.byId(id)?.state === 'new') incidents.mark(id, 'alerted');
  };
  let cancelCommit = (): void => {};
  const keepCommitting = (): void => {
    cancelCommit = clock.after(COMMIT_MS, () => {
      commit();
      keepCommitting();
    });
  };
  const snapshot = (): Snapshot | undefined => past.snapshot() ?? liveSnapshot();
  const liveSnapshot = (): Snapshot | undefined =>
    view &&
    buildSnapshot(view, {
      clock,
      statistics,
      incidents,
      feed,
      sources,
      notices,
      alerting,
      countryOf: (address) => enricher.about(address).country,
      memoryOnly: store.memoryOnly,
    });
  const operator = operatorName(process.env);
  const ruleParts = { rules: ruleInfos, detect: detector.detect, mutes, feed, tally, pace: () => createPace(clock) };
  const live = createHandlers({
    banDesk: acting.banDesk,
    mutes,
    muteDesk: createMuteDesk({ ...ruleParts, incidents, clock, path: options.mutesFile, operator }),
    ruleDesk: createRuleDesk({ ...ruleParts, ruleSet, behaviours, trust }),
    feed,
    incidents,
    statistics,
    sources,
    rejected,
    baseline,
    alerting,
    evidence: openEvidenceDesk({ options, clock, feed, incidents, sources, whois: createWhois(enricher) }),
    enricher,
    operator,
    now: clock.now,
    setView(next) {
      view = next;
    },
    snapshot: () => {
      const shot = liveSnapshot();
      if (!shot) throw new Error('no view was asked for');
      return shot;
    },
  });

  const handlers = past.route(acting.audited(live));

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    cancelCommit();
    await past.close();
    webRoot?.close();
    mutes.close();
    acting.banDesk.close();
    await sources.stop();
    commit();
    enricher.close();
    await alerting.close();
    store.close();
  };
  return {
    client: {
      request: async (command, request) => handlers[command](request),
      subscribe: () => () => {},
      close: () => {
        closing ??= close();
        return closing;
      },
    },
    async run() {
      // What is read for cron, or to be explained, is decided in the log's own time, or all together at its end.
      if (alertMode === undefined || alertMode === 'live') keepCommitting();
      await sources.run();
      statistics.settle();
      behaviours.settle();
      catchUp?.finish();
      commit({ end: alertMode === 'since-last' });
      revision++;
    },
    get revision() {
      return revision + alerting.revision + past.revision;
    },
    snapshot,
    statistics,
    sources,
    alerting,
    get memoryOnly() {
      return store.memoryOnly;
    },
    rejected: rejected.list,
    watching: webRoot?.ready ?? Promise.resolve(),
    refusedRules: refused,
    whois: createWhois(enricher),
    incidents: () => incidents.all(),
    dropped: () => incidents.evicted + behaviours.evicted + (webRoot?.dropped ?? 0),
  };
}
