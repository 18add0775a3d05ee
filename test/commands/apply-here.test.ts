import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyHere } from '../../src/commands/apply-here.ts';
import { takeOwnership } from '../../src/store/owner-lock.ts';

test('where updates are being installed already, nothing is begun, and that is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-apply-'));
  const lock = takeOwnership(join(folder, 'updates.lock'));
  const kept: string[] = [];
  const onKept = ({ path }: { readonly path: string }): void => void kept.push(path);
  await expect(applyHere({ folder, refresh: false, onKept, onOutput: () => {} })).rejects.toThrow(
    `Updates are being installed by secmon already (process ${process.pid}): wait until it has ended, then run this again.`,
  );
  expect(kept).toEqual([]);
  expect(readdirSync(folder)).toEqual(['updates.lock']);
  if (lock.owned) lock.release();
});
