import type { EngineOptions } from './options.ts';

/** Names and settings; secrets stand in it as the person wrote them, and are only compared. */
const outputsOf = ({ outputs, config }: EngineOptions): unknown => [outputs, Reflect.get(Object(config.plain), 'outputs')];

/** Settings that a running engine does not change, by their names in the configuration. */
const FIXED = {
  sources: (options: EngineOptions) => options.sources,
  log_format: (options: EngineOptions) => options.logFormat,
  timezone: (options: EngineOptions) => options.timeZone,
  trusted_proxies: (options: EngineOptions) => options.trustedProxies,
  state_directory: (options: EngineOptions) => options.stateDirectory,
  watch: (options: EngineOptions) => options.watch,
  outputs: outputsOf,
  metrics: (options: EngineOptions) => options.metrics,
} as const;

/** Names of the settings that differ and need a restart. */
export const needsRestart = (before: EngineOptions, next: EngineOptions): readonly string[] =>
  Object.entries(FIXED)
    .filter(([, of]) => JSON.stringify(of(before)) !== JSON.stringify(of(next)))
    .map(([name]) => name);
