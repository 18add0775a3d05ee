import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { unpackConfig } from '../config/wire.ts';
import { loadBuiltInRules } from '../detection/built-in.ts';
import { createDetector } from '../detection/detect.ts';
import { joinRules, loadRuleFiles, type RuleFile, RuleFilesError, refusalText } from '../detection/rule-files.ts';
import type { CompiledRule } from '../detection/sigma/rule.ts';
import { createIncidentTracker } from '../incidents/tracker.ts';
import type { Incident } from '../model/incident.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { openStore } from '../store/open-store.ts';
import { storePath } from '../store/state-directory.ts';
import { type Alerting, openAlerting } from './alerting.ts';
import { createFeed } from './feed.ts';
import { createHandlers } from './handlers.ts';
import { createNotices } from './notices.ts';
import type { EngineOptions } from './options.ts';
import { createPace } from './pace.ts';
import { restoreIncidents } from './restore-incidents.ts';
import { createPipeline, type Processed } from './pipeline.ts';
import type { EngineClient, EngineEvent, View } from './protocol.ts';
import { createRejectedLines } from './rejected.ts';
import { buildSnapshot } from './snapshot.ts';
import { createSourceSet, type SourceSet } from './source-set.ts';
import { createStatistics, type Statistics } from './statistics.ts';

/** What the engine is given besides its options. */
export interface EngineParts {
  readonly clock: Clock;
  readonly emit: (event: EngineEvent) => void;
  /** Every line after it was processed (headless output). */
  readonly onLine?: (processed: Processed) => void;
  /** Incidents that changed, a few times a second and at the end (headless output). */
  readonly onIncidents?: (changed: readonly Incident[]) => void;
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
  /** Every incident held, open or closed, at its height. */
  incidents(): Incident[];
  /** Items lost to the bounds of memory. */
  dropped(): number;
}

const COMMIT_MS = 1000;
const SHOWN_REFUSALS = 3;

/**
 * Built-in and a person's rules, the person's filters applied. Of a folder of published rules some are for other logs: these are refused
 * aloud, and the others run. Throws when none can be honoured.
 */
async function allRules(json: string, files: readonly RuleFile[]): Promise<{ rules: readonly CompiledRule[]; refused: readonly string[] }> {
  const builtIn = loadBuiltInRules(json);
  if (files.length === 0) return { rules: builtIn, refused: [] };
  const own = await loadRuleFiles(files);
  const joined = await joinRules(builtIn, own);
  const refused = joined.refused.map(refusalText);
  if (refused.length > 0 && own.rules.length + own.filters.length === 0) throw new RuleFilesError(refused.join('\n'));
  return { rules: joined.rules, refused };
}

/** Opens the store, the rules and the channels; nothing is read before {@link Engine.run}. Throws typed errors for what a person must mend. */
export async function openEngine(options: EngineOptions, { clock, emit, onLine, onIncidents, onRetired }: EngineParts): Promise<Engine> {
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
  const incidents = createIncidentTracker({ newId: randomUUID });
  const sinceLast = restoreIncidents(store.incidents, incidents);
  const feed = createFeed();
  const rejected = createRejectedLines();
  const notices = createNotices();
  for (const text of store.notices) notices.add(text);
  if (sinceLast !== '') notices.add(sinceLast);
  let revision = 0;
  let view: View | undefined;

  const { rules, refused } = await allRules(options.rulesJson, options.ruleFiles);
  for (const text of refused.slice(0, SHOWN_REFUSALS)) notices.add(`rule refused: ${text}`);
  if (refused.length > SHOWN_REFUSALS) notices.add(`${refused.length} rules refused; see: secmon rules check`);
  const detector = createDetector({ rules });
  const pipeline = createPipeline({ detector, statistics, incidents, feed, fallbackMs: () => statistics.nowMs() ?? clock.now() });
  const sources = await createSourceSet({
    options,
    clock,
    pace: createPace(clock),
    savedPosition: (key) => store.positions.get(key),
    notices,
    emit,
    onEntry(entry, origin) {
      revision++;
      const processed = pipeline.process(entry, origin);
      onLine?.(processed);
    },
    onRejected: ({ sourceName, sequence }, reason, text) => rejected.add({ source: sourceName, sequence, reason, text }),
    onLive: statistics.setLive,
    onChange: () => revision++,
  });

  /** Positions and state go to the store in one transaction (design: "One engine owns the state"). */
  const commit = (): void => {
    const now = statistics.nowMs();
    if (now !== undefined) incidents.advance(now);
    const changed = incidents.takeChanged();
    if (changed.length > 0) onIncidents?.(changed);
    const retired = incidents.takeRetired();
    if (retired.length > 0) onRetired?.(retired);
    store.commit({ incidents: changed, positions: sources.positions() });
  };
  let cancelCommit = (): void => {};
  const keepCommitting = (): void => {
    cancelCommit = clock.after(COMMIT_MS, () => {
      commit();
      keepCommitting();
    });
  };
  const snapshot = (): Snapshot | undefined =>
    view && buildSnapshot(view, { clock, statistics, incidents, feed, sources, notices, alerting, memoryOnly: store.memoryOnly });
  const handlers = createHandlers({
    feed,
    incidents,
    statistics,
    sources,
    rejected,
    alerting,
    setView(next) {
      view = next;
    },
    snapshot: () => {
      const shot = snapshot();
      if (!shot) throw new Error('no view was asked for');
      return shot;
    },
  });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    cancelCommit();
    await sources.stop();
    commit();
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
      keepCommitting();
      await sources.run();
      statistics.settle();
      commit();
      revision++;
    },
    get revision() {
      return revision + alerting.revision;
    },
    snapshot,
    statistics,
    sources,
    alerting,
    rejected: rejected.list,
    refusedRules: refused,
    incidents: () => incidents.all(),
    dropped: () => incidents.evicted,
  };
}
