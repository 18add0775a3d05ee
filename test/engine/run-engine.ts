import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileRules } from '../../scripts/compile-rules.mjs';
import { systemClock } from '../../src/clock/clock.ts';
import { DEFAULT_CONFIG } from '../../src/config/default-config.ts';
import { packConfig } from '../../src/config/wire.ts';
import { type Engine, type EngineParts, openEngine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/options.ts';
import type { View } from '../../src/engine/protocol.ts';

let rulesJson: Promise<string> | undefined;

/** A folder of its own with the given files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-engine-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** An engine over files, with the built-in rules, its state in memory unless told otherwise. */
export async function openOver(
  paths: readonly string[],
  options: Partial<EngineOptions> = {},
  parts: Partial<EngineParts> = {},
): Promise<Engine> {
  rulesJson ??= compileRules();
  return openEngine(
    {
      version: '0.0.0',
      sources: paths.map((path) => ({ type: 'file', path })),
      follow: false,
      history: 'all',
      resume: false,
      logFormat: undefined,
      timeZone: 'UTC',
      trustedProxies: [],
      config: packConfig(DEFAULT_CONFIG, '.'),
      stateDirectory: folderWith({}),
      persist: false,
      countriesFile: new URL('../../src/enrichment/countries.bin', import.meta.url).pathname,
      rulesJson: await rulesJson,
      ruleFiles: [],
      ...options,
    },
    { clock: systemClock, emit: () => {}, ...parts },
  );
}

export const view = (fields: Partial<View> = {}): View => ({
  id: 1,
  rows: 20,
  bottom: 'tail',
  filter: '',
  window: 'all',
  sort: 'hits',
  reverse: false,
  addressRows: 10,
  ...fields,
});

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

/** A combined line, `second` seconds after 2026-03-02 02:00:00 UTC. */
export function combined(
  second: number,
  fields: { address?: string; target?: string; status?: number; bytes?: number; agent?: string } = {},
): string {
  const { address = '192.0.2.13', target = '/', status = 200, bytes = 512, agent = 'Mozilla/5.0' } = fields;
  const at = new Date(Date.UTC(2026, 2, 2, 2, 0, second));
  const stamp = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
  return `${address} - - [${stamp}] "GET ${target} HTTP/1.1" ${status} ${bytes} "-" "${agent}"\n`;
}
