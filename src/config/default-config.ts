import type { Config } from './schema.ts';

/** What holds without a file; the schema's defaults, here so that nobody without a file waits for zod. A test holds both equal. */
export const DEFAULT_CONFIG: Config = {
  version: 1,
  theme: 'dark',
  sources: [],
  trusted_proxies: [],
  networks: {},
  allow: [],
  enrichment: { databases: [], dns: false },
  watch: [],
  window: '5m',
  actions: { dry_run: true, commands: {} },
  checks: {},
  outputs: {},
  metrics: undefined,
  alerts: { channels: {}, policy: [], ceiling: 10 },
};
