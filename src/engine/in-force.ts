import { join } from 'node:path';
import { compilePolicy } from '../alerts/policy/policy.ts';
import type { Config } from '../config/schema.ts';
import { unpackConfig } from '../config/wire.ts';
import { createDetector } from '../detection/detect.ts';
import type { DetectorWork } from '../detection/detector.ts';
import { type RuleFile, RuleFilesError, refusalText } from '../detection/rule-files.ts';
import { createEnrichment, type Enricher } from '../enrichment/enrichment.ts';
import { t } from '../lang/lang.ts';
import type { Behaviour } from '../model/behaviour.ts';
import { isKeptByAnother } from '../store/open-store.ts';
import { type Alerting, openAlerting } from './alerting/alerting.ts';
import { ALERT_STATE, type AutoAlerts, alertEvent, createAutoAlerts, saysAnything } from './alerting/auto-alerts.ts';
import { type Acting, openActing } from './bans/acting.ts';
import { type Behaviours, createBehaviours } from './behaviours.ts';
import { type EngineChecks, openChecks } from './checks/checks-open.ts';
import { CHECK_RULES } from './checks/finding-mutes.ts';
import { createTrust, type Trust } from './clients/trust.ts';
import { createPace } from './input/pace.ts';
import type { Known } from './known.ts';
import { LOG_WATCH_RULES } from './log-watch/log-watch-rules.ts';
import type { EngineOptions } from './options.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { MUTE_HITS_FILE, openMuteHits } from './rules/mute-hits.ts';
import { type Mutes, openMutes } from './rules/mutes.ts';
import { createRuleDesk, type RuleDesk, type RuleDeskParts } from './rules/rule-desk.ts';
import { type LoadedRuleSet, loadRuleSet, readRuleSet, silentIds, wantedIds } from './rules/rule-set.ts';

/** Everything that the configuration and the rules decide; a reload makes it anew and takes the old one back. */
export interface InForce {
  readonly options: EngineOptions;
  readonly ruleSet: LoadedRuleSet;
  readonly config: Config;
  readonly rules: RulesInForce;
  readonly enricher: Enricher;
  readonly trust: Trust;
  readonly alerting: Alerting;
  /** Undefined where nothing alerts by itself. */
  readonly auto: AutoAlerts | undefined;
  readonly acting: Acting;
  readonly checks: EngineChecks;
  close(): Promise<void>;
}

/** What the rules decide. */
export interface RulesInForce {
  readonly refused: readonly string[];
  readonly behaviours: Behaviours;
  readonly mutes: Mutes;
  readonly pipeline: Pipeline;
  readonly desk: RuleDesk;
  /** Work done since the rules are in force. */
  readonly work: DetectorWork;
  /** What mutes and rehearsals are about. */
  readonly parts: Pick<RuleDeskParts, 'rules' | 'detect' | 'mutes' | 'feed' | 'tally' | 'pace'>;
}

const SHOWN_REFUSALS = 3;

/**
 * Built-in and a person's rules, the person's filters applied. Of a folder of published rules some are for other logs: these are refused
 * aloud, and the others run. Throws {@link RuleFilesError} when none can be honoured.
 */
export async function allRules(json: string, files: readonly RuleFile[]): Promise<LoadedRuleSet> {
  const loaded = await loadRuleSet(files, readRuleSet(json));
  if (loaded.refused.length > 0 && loaded.right === 0) throw new RuleFilesError(loaded.refused.map(refusalText).join('\n'));
  return loaded;
}

/** Puts options and rules in force. Throws typed errors for what a person must mend. */
export async function putInForce(options: EngineOptions, ruleSet: LoadedRuleSet, known: Known): Promise<InForce> {
  const { clock, store, feed, incidents, notices, changed, notify } = known;
  const notice = (text: string): void => notices.add(text);
  const config = unpackConfig(options.config, process.env);
  // Messages that fail do so after all of this is open.
  let acting: Acting | undefined;
  const alerting = openAlerting({
    channels: config.alerts.channels,
    store,
    clock,
    timeZone: options.timeZone,
    stateDirectory: options.stateDirectory,
    notify,
    fallback: config.alerts.fallback === undefined ? undefined : { channel: config.alerts.fallback, ceiling: config.alerts.ceiling },
    notice,
    onStandIn: (message, channel) => acting?.audit.record(alertEvent(channel, message)),
  });
  const enricher = createEnrichment({ settings: config, countriesFile: options.countriesFile, notice, changed, clock });
  const trust = createTrust(enricher);
  acting = openActing(options, { config, clock, feed, incidents, enricher, notices, changed });
  let auto: AutoAlerts | undefined;
  let checks: EngineChecks | undefined;
  const rules = await rulesInForce(options, ruleSet, {
    known,
    trust,
    onTold: (behaviour) => auto?.behaviour(behaviour),
    onMutes: () => checks?.desk.mutesChanged(),
  });
  auto = openAutoAlerts(options, { known, config, alerting, acting, enricher, behaviours: rules.behaviours });
  const { behaviours } = rules;
  const nowMs = known.statistics.nowMs;
  const { onFindings } = known;
  const { mutes } = rules;
  checks = openChecks(options, { config, store, clock, incidents, tell: behaviours.tell, nowMs, changed, notice, mutes, onFindings });
  return {
    options,
    ruleSet,
    config,
    rules,
    enricher,
    trust,
    alerting,
    auto,
    acting,
    checks,
    async close() {
      await checks.close();
      rules.mutes.close();
      acting.banDesk.close();
      enricher.close();
      await alerting.close();
    },
  };
}

async function rulesInForce(
  options: EngineOptions,
  ruleSet: LoadedRuleSet,
  { known, trust, onTold, onMutes }: { known: Known; trust: Trust; onTold: (behaviour: Behaviour) => void; onMutes: () => void },
): Promise<RulesInForce> {
  const { clock, statistics, incidents, feed, notices, tally, changed } = known;
  const refused = ruleSet.refused.map(refusalText);
  for (const text of refused.slice(0, SHOWN_REFUSALS)) notices.add(t('rule refused: {why}', { why: text }));
  if (refused.length > SHOWN_REFUSALS) notices.add(t('{n} rules refused; see: secmon rules check', { n: refused.length }));
  const detector = createDetector({ rules: ruleSet.rules, silent: silentIds(ruleSet), wanted: wantedIds(ruleSet) });
  const infos = [...[...ruleSet.rules, ...ruleSet.correlations].map(({ info }) => info), ...LOG_WATCH_RULES, ...CHECK_RULES];
  const mutes = openMutes({
    path: options.mutesFile,
    follow: options.follow,
    hits: openMuteHits(options.persist ? join(options.stateDirectory, MUTE_HITS_FILE) : undefined),
    rules: infos,
    detect: detector.detect,
    clock,
    notice: (text) => notices.add(text),
    changed() {
      changed();
      onMutes();
    },
  });
  await mutes.ready;
  const answered = statistics.lately;
  const behaviours = createBehaviours({ correlations: ruleSet.correlations, incidents, trust, muting: mutes, tally, answered, onTold });
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
  const parts = { rules: infos, detect: detector.detect, mutes, feed, tally, pace: () => createPace(clock) };
  return {
    refused,
    behaviours,
    mutes,
    pipeline,
    parts,
    work: detector.work,
    desk: createRuleDesk({ ...parts, ruleSet, behaviours, trust }),
  };
}

interface AutoAlertNeeds extends Pick<InForce, 'config' | 'alerting' | 'acting' | 'enricher'> {
  readonly known: Known;
  readonly behaviours: Behaviours;
}

/** Alerts without a key press, where the policy asks for them and this engine keeps the state. */
function openAutoAlerts(
  { autoAlerts: mode, timeZone }: EngineOptions,
  { known, config, alerting, acting, enricher, behaviours }: AutoAlertNeeds,
): AutoAlerts | undefined {
  const { store, notices, feed, incidents, statistics, clock, onDecision } = known;
  const policy = compilePolicy(config.alerts, timeZone);
  const isSecond = isKeptByAnother(store.memoryOnly);
  if (isSecond && mode === 'live' && saysAnything(policy))
    notices.add(t('alerts without a key press are left to the secmon that keeps the state'));
  if (mode === undefined || (mode === 'live' && (isSecond || !saysAnything(policy)))) return undefined;
  return createAutoAlerts({
    policy,
    mode,
    kept: store.kept.get(ALERT_STATE),
    knowledge: { feed, incidents, statistics, enricher },
    recordOf: alerting.records,
    alerts: alerting.list,
    standIns: alerting.takeStandIns,
    tagsOf: (actor) => [enricher.about(actor).tag].filter((tag) => tag !== ''),
    dropped: () => incidents.evicted + behaviours.evicted,
    auditHead: acting.audit.head,
    timeZone,
    now: clock.now,
    onDecision,
  });
}
