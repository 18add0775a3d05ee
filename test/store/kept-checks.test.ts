import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readKeptCheck } from '../../src/store/kept-checks.ts';
import { openStore } from '../../src/store/open-store.ts';
import { inFolder, keptFinding, START_MS } from './samples.ts';

const now = (): number => START_MS;

describe('what another process keeps of a check', () => {
  it('is read while that process has its state open, and nothing is written', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      const store = await openStore({ path, now });
      store.commit({ findings: [['bandit', [keptFinding('f')]]], kept: [['check:bandit', { seen: 1 }]] });
      expect(await readKeptCheck(path, 'bandit', 'check:bandit')).toEqual({ findings: [keptFinding('f')], memory: { seen: 1 } });
      expect(await readKeptCheck(path, 'zap', 'check:zap')).toEqual({ findings: [], memory: undefined });
      store.commit({ findings: [['bandit', []]] });
      expect(store.checks.findings('bandit')).toEqual([]);
      store.close();
    }));

  it('is unknown where there is no state, or none that can be read', () =>
    inFolder(async (folder) => {
      expect(await readKeptCheck(join(folder, 'secmon.db'), 'zap', 'check:zap')).toBeUndefined();
      expect(await readKeptCheck(folder, 'zap', 'check:zap')).toBeUndefined();
    }));
});
