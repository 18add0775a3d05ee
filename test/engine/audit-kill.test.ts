import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
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
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

/** A writer that is killed with -9 once it has told of so many records; those that it told. */
async function writeUntilKilled(path: string, records: number, maxBytes: number): Promise<number[]> {
  const child = spawn(process.execPath, [join(folder, 'process.mjs'), path, String(maxBytes)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
    if (out.split('\n').length > records) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return out.split('\n').slice(0, -1).map(Number);
}

test.each([
  ['one file', 10_000_000, 0],
  // Every second record begins a file; the test's own records are never the first dropped.
  ['files that are full at every second record', 3_000, 5],
])(
  'processes that write the same log (%s) and are killed with -9 leave it whole, with every record that they told of',
  async (name, maxBytes, kept) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.ndjson`);
    const told: number[] = [];
    for (let round = 1; round <= 4; round += 1) {
      const both = await Promise.all([writeUntilKilled(path, round * 5, maxBytes), writeUntilKilled(path, round * 7, maxBytes)]);
      told.push(...both.flat());
      // Whole between kills, too, but for a torn last line, which the next writer ends.
      openAuditLog(path, { who: { login: '', user: 'test', ssh: '' }, now: Date.now }).append({
        action: 'mark',
        what: 'a round',
        result: '',
        why: '',
      });
      expect(await verifyAudit(path)).toMatchObject({ whole: true });
    }
    const verdict = await verifyAudit(path);
    const first = verdict.whole ? verdict.first : 0;
    const held = new Set<number>();
    for await (const { sequence } of auditRecords(path)) held.add(sequence);
    expect(new Set(told).size).toBe(told.length);
    expect(told.filter((sequence) => sequence >= first && !held.has(sequence))).toEqual([]);
    expect(readdirSync(folder).filter((file) => file.startsWith(`${basename(path)}.`) && /\.\d$/.test(file))).toHaveLength(kept);
  },
);
