import { t } from '../lang/lang.ts';
import { allRules, type InForce, putInForce } from './in-force.ts';
import type { Known } from './known.ts';
import type { EngineOptions } from './options.ts';

/** Whether findings go to standard output, which is written to by others where they do not. */
function standardOutputOf({ outputs, config }: EngineOptions): boolean {
  const settings = Object(Reflect.get(Object(config.plain), 'outputs'));
  return [...(outputs?.configured ?? []), ...(outputs?.asked ?? [])].some((name) => Object(Reflect.get(settings, name)).url === '-');
}

/** Settings that a running engine does not change, by their names in the configuration. */
const FIXED = {
  sources: (options: EngineOptions) => options.sources,
  log_format: (options: EngineOptions) => options.logFormat,
  timezone: (options: EngineOptions) => options.timeZone,
  trusted_proxies: (options: EngineOptions) => options.trustedProxies,
  state_directory: (options: EngineOptions) => options.stateDirectory,
  watch: (options: EngineOptions) => options.watch,
  outputs: standardOutputOf,
} as const;

/** Names of the settings that differ and need a restart. */
const needsRestart = (before: EngineOptions, next: EngineOptions): readonly string[] =>
  Object.entries(FIXED)
    .filter(([, of]) => JSON.stringify(of(before)) !== JSON.stringify(of(next)))
    .map(([name]) => name);

/** Options and rules that are in force, and how others take their place. */
export interface Ruling {
  now(): InForce;
  /** Puts others in force, one after the other. Rejects, and leaves what is, when they are wrong; resolves to the settings that need a restart. */
  reload(options: EngineOptions): Promise<readonly string[]>;
  /** True while one takes the place of the other: nothing may be kept now. */
  readonly isChanging: boolean;
  /** Resolves when nothing is changing. */
  settled(): Promise<void>;
}

/** What others are told by themselves, which the configuration decides as well. */
export interface Outward {
  /** Rejects, and changes nothing, when what the options ask for cannot be. */
  prepare(options: EngineOptions): Promise<{ apply(now: InForce): Promise<void>; cancel(): Promise<void> }>;
}

export interface RulingParts {
  readonly known: Known;
  /** Keeps everything that came so far. */
  readonly commit: () => void;
  readonly onChange: (now: InForce) => void;
  readonly outward: Outward;
}

export async function openRuling(options: EngineOptions, { known, commit, onChange, outward }: RulingParts): Promise<Ruling> {
  let inForce = await putInForce(options, await allRules(options.rulesJson, options.ruleFiles), known);
  let changing: Promise<readonly string[]> | undefined;

  /** The old outbox lets go before the new one opens: nothing is sent twice. What cannot be put in force leaves the old. */
  const replace = async (next: EngineOptions): Promise<readonly string[]> => {
    const { notices, changed } = known;
    const ruleSet = await allRules(next.rulesJson, next.ruleFiles);
    const before = inForce;
    const restart = needsRestart(before.options, next);
    const applied = { ...before.options, ...next, sources: before.options.sources, stateDirectory: before.options.stateDirectory };
    const prepared = await outward.prepare(applied);
    commit();
    await before.alerting.close();
    let failure: unknown;
    try {
      inForce = await putInForce(applied, ruleSet, known);
    } catch (error) {
      failure = error;
      inForce = await putInForce(before.options, before.ruleSet, known);
    }
    onChange(inForce);
    await (failure === undefined ? prepared.apply(inForce) : prepared.cancel());
    await before.close();
    if (failure !== undefined) throw failure;
    notices.add(t('configuration and rules loaded again'));
    if (restart.length > 0) notices.add(t('these settings need a restart: {settings}', { settings: restart.join(', ') }));
    changed();
    return restart;
  };
  const settled = async (): Promise<void> => {
    await changing?.catch(() => {});
  };
  return {
    now: () => inForce,
    get isChanging() {
      return changing !== undefined;
    },
    settled,
    async reload(next) {
      await settled();
      changing = replace(next);
      try {
        return await changing;
      } finally {
        changing = undefined;
      }
    },
  };
}
