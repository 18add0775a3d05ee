import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditRecords } from '../../src/audit/show.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { openAuditLog } from '../../src/engine/audit.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secmon-audit-kill-'));
  const entry = join(import.meta.dirname, 'fixtures/audit-process.ts');
  await build({ entryPoints: [entry], outfile: join(folder, 'process.mjs'), bundle: true, platform: 'node', format: 'esm' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A writer that is killed with -9 once it has told of so many records; those that it told. */
async function writeUntilKilled(path: string, records: number): Promise<number[]> {
  const child = spawn(process.execPath, [join(folder, 'process.mjs'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
    if (out.split('\n').length > records) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return out.split('\n').slice(0, -1).map(Number);
}

test('processes that write the same log and are killed with -9 leave it whole, with every record that they told of', async () => {
  const path = join(folder, 'audit.ndjson');
  const told: number[] = [];
  for (let round = 1; round <= 4; round += 1) {
    const both = await Promise.all([writeUntilKilled(path, round * 5), writeUntilKilled(path, round * 7)]);
    told.push(...both.flat());
  }
  openAuditLog(path, { who: { login: '', user: 'test', ssh: '' }, now: Date.now }).append({
    action: 'mark',
    what: 'last',
    result: '',
    why: '',
  });
  const verdict = await verifyAudit(path);
  expect(verdict).toMatchObject({ whole: true });
  const kept = new Set<number>();
  for await (const { sequence } of auditRecords(path)) kept.add(sequence);
  expect(new Set(told).size).toBe(told.length);
  expect(told.filter((sequence) => !kept.has(sequence))).toEqual([]);
});
