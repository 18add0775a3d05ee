import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type OpenDatabase, openStore } from '../../src/store/open-store.ts';
import { ownerOf } from '../../src/store/owner-lock.ts';
import type { SqliteDatabase } from '../../src/store/schema.ts';
import { alertRecord, checkRun, historySlot, incident, inFolder, keptFinding, position, START_MS } from './samples.ts';

const now = (): number => START_MS;

async function libsql(): Promise<OpenDatabase> {
  const { default: Database } = await import('libsql');
  return (path) => new Database(path);
}

describe('the state file', () => {
  it('holds what was committed when it is opened again', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'deep', 'secmon.db');
      const first = await openStore({ path, now });
      first.commit({ positions: [['/log', position(7)]], incidents: [incident('a')], alerts: [alertRecord('a')] });
      first.close();
      const second = await openStore({ path, now });
      expect(second.memoryOnly).toBe('');
      expect(second.everything()).toEqual({
        positions: [['/log', position(7)]],
        incidents: [incident('a')],
        alerts: [alertRecord('a')],
        history: [],
        kept: [],
        checkRuns: [],
        findings: [],
      });
      second.close();
    }));

  it("is private to its owner, side files and folder too, also when it wasn't", () =>
    inFolder(async (folder) => {
      const path = join(folder, 'state', 'secmon.db');
      (await openStore({ path, now })).close();
      chmodSync(path, 0o644);
      const store = await openStore({ path, now });
      store.incidents.save([incident('a')]);
      const modes = readdirSync(join(folder, 'state')).map((name) => statSync(join(folder, 'state', name)).mode & 0o777);
      expect(new Set(modes)).toEqual(new Set([0o600]));
      expect(modes.length).toBeGreaterThanOrEqual(3);
      expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
      store.close();
    }));

  it('that is damaged is moved aside with a notice, and a fresh one begun', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      writeFileSync(path, 'not a database '.repeat(1_000));
      const store = await openStore({ path, now });
      expect(store.memoryOnly).toBe('');
      expect(store.notices[0]).toContain('secmon.db.corrupt-20260302T000000Z');
      expect(readFileSync(`${path}.corrupt-20260302T000000Z`, 'utf8')).toContain('not a database');
      store.incidents.save([incident('a')]);
      expect(store.incidents.get('a')).toBeDefined();
      store.close();
    }));

  it('with damaged pages inside is recognised as damaged', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      const store = await openStore({ path, now });
      store.incidents.save(Array.from({ length: 500 }, (_, index) => incident(`i${index}`)));
      store.close();
      const pages = readFileSync(path);
      pages.fill(0x5a, 8_192, pages.length - 4_096);
      writeFileSync(path, pages);
      const again = await openStore({ path, now });
      expect(again.notices).toHaveLength(1);
      expect(again.incidents.recent()).toEqual([]);
      again.close();
    }));

  it('of a later secmon is left untouched', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      const database = (await libsql())(path);
      database.exec('PRAGMA user_version = 9');
      database.close();
      const store = await openStore({ path, now });
      expect(store.memoryOnly).toMatch(/version 9.*update secmon/);
      store.close();
      expect((await libsql())(path).prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 9 });
    }));

  it('of version 1 opens and takes in what later versions keep, so that its data is never lost (fixture made by the first release)', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      writeFileSync(path, readFileSync(new URL('./fixtures/state-v1.db', import.meta.url)));
      const store = await openStore({ path, now });
      expect(store.memoryOnly).toBe('');
      expect(store.everything()).toEqual({
        positions: [['/var/log/nginx/access.log', position(4_096)]],
        incidents: [
          {
            ...incident('fixture'),
            riskParts: { severity: 70, success: 0, variety: 0, persistence: 0, spread: 0, fading: 0 },
            memory: { ...incident('fixture').memory, lines: 12 },
          },
        ],
        alerts: [alertRecord('fixture')],
        history: [],
        kept: [],
        checkRuns: [],
        findings: [],
      });
      const slot = historySlot(START_MS);
      store.commit({ history: [{ scope: 'logs', slot }] });
      expect(store.history.range({ scope: 'logs', spanMs: slot.spanMs, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })).toEqual([slot]);
      store.close();
    }));

  it('of version 3 opens with all that it held, and takes in runs and findings of checks', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      writeFileSync(path, readFileSync(new URL('./fixtures/state-v3.db', import.meta.url)));
      const store = await openStore({ path, now });
      expect(store.memoryOnly).toBe('');
      expect(store.everything()).toEqual({
        positions: [['/var/log/nginx/access.log', position(4_096)]],
        incidents: [incident('fixture')],
        alerts: [alertRecord('fixture')],
        history: [{ scope: 'logs', slot: historySlot(START_MS) }],
        kept: [['alert-policy', { version: 1 }]],
        checkRuns: [],
        findings: [],
      });
      store.commit({ checkRuns: [checkRun('r')], findings: [['bandit', [keptFinding('f')]]] });
      store.close();
      const again = await openStore({ path, now });
      expect(again.checks.runs('bandit')).toEqual([checkRun('r')]);
      expect(again.checks.findings('bandit')).toEqual([keptFinding('f')]);
      again.close();
    }));
});

describe('the state is in memory, and says why,', () => {
  it('when libsql is not installed', async () => {
    const store = await openStore({ path: '/nowhere/secmon.db', now, load: () => Promise.reject(new Error('Cannot find module')) });
    expect(store.memoryOnly).toContain('libsql is not installed');
    store.incidents.save([incident('a')]);
    expect(store.incidents.get('a')).toEqual(incident('a'));
  });

  it('when the folder cannot be made', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '');
      const store = await openStore({ path: join(folder, 'file', 'secmon.db'), now });
      expect(store.memoryOnly).toMatch(/cannot be used|not writable/);
    }));

  it('when the folder is not writable', async () => {
    const store = await openStore({ path: '/proc/secmon/secmon.db', now });
    expect(store.memoryOnly).not.toBe('');
    expect(existsSync('/proc/secmon')).toBe(false);
  });

  it('when another program has the file locked', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      const other = (await libsql())(path);
      other.exec('CREATE TABLE other (a); BEGIN EXCLUSIVE');
      const store = await openStore({ path, now });
      expect(store.memoryOnly).toMatch(/locked/);
      other.exec('ROLLBACK');
      other.close();
    }));

  it('when another secmon keeps it, until that one ends', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      const first = await openStore({ path, now });
      const second = await openStore({ path, now });
      expect(second.memoryOnly).toBe(`another secmon (pid ${process.pid}) keeps the state`);
      second.close();
      expect((await openStore({ path, now })).memoryOnly).not.toBe('');
      first.close();
      const third = await openStore({ path, now });
      expect(third.memoryOnly).toBe('');
      third.close();
    }));
});

describe('the lock of a secmon that is gone', () => {
  const deadPid = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
  it.each([
    ['ended', JSON.stringify({ pid: deadPid, born: '' })],
    ["had this process's id before it", JSON.stringify({ pid: process.pid, born: 'an-earlier-boot/1' })],
    ['left half a file', '{"pid":'],
    ['left an impossible id', '{"pid":-1,"born":""}'],
  ])('is taken over: it %s', (_, content) =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      writeFileSync(`${path}.lock`, content);
      const store = await openStore({ path, now });
      expect(store.memoryOnly).toBe('');
      expect(JSON.parse(readFileSync(`${path}.lock`, 'utf8'))).toEqual(ownerOf(process.pid));
      store.close();
      expect(readdirSync(folder).filter((name) => name.includes('lock'))).toEqual([]);
    }),
  );

  it('is taken over: it ended, and nobody has waited for it', () =>
    inFolder(async (folder) => {
      // Once the shell has become another program, nobody waits for its child.
      const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(printed.toString());
      await vi.waitFor(() => expect(readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n'), 50_000);
      process.kill(pid, 'SIGKILL');
      await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '), 50_000);
      const path = join(folder, 'secmon.db');
      writeFileSync(`${path}.lock`, JSON.stringify(ownerOf(pid)));
      const store = await openStore({ path, now });
      parent.kill();
      expect(store.memoryOnly).toBe('');
      store.close();
    }));

  it('is respected while a process of another user may be alive', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      writeFileSync(`${path}.lock`, JSON.stringify(ownerOf(1)));
      expect((await openStore({ path, now })).memoryOnly).toBe('another secmon (pid 1) keeps the state');
    }));
});

describe('a file that fails while running', () => {
  /** A connection whose writes fail while `broken` says so, as on a full disk. */
  async function breakable(): Promise<{ load: () => Promise<OpenDatabase>; set(broken: boolean): void }> {
    const open = await libsql();
    let broken = false;
    const guard = (database: SqliteDatabase): SqliteDatabase => ({
      prepare: (sql) => database.prepare(sql),
      close: () => database.close(),
      exec(sql) {
        if (broken && sql.startsWith('BEGIN')) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
        return database.exec(sql);
      },
    });
    return { load: async () => (path) => guard(open(path)), set: (value) => (broken = value) };
  }

  it('is replaced by memory with all it held, and used again once it works', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      let nowMs = START_MS;
      const disk = await breakable();
      const store = await openStore({ path, now: () => nowMs, load: disk.load });
      store.incidents.save([incident('before')]);
      disk.set(true);
      store.commit({ incidents: [incident('during')], positions: [['/log', position(5)]] });
      expect(store.memoryOnly).toBe('the state file failed: database or disk is full');
      expect(store.incidents.recent().map(({ id }) => id)).toEqual(['before', 'during']);
      disk.set(false);
      nowMs += 30_000;
      store.incidents.save([incident('after')]);
      expect(store.memoryOnly).toBe('');
      store.close();
      const again = await openStore({ path, now });
      expect(again.incidents.recent().map(({ id }) => id)).toEqual(['after', 'before', 'during']);
      expect(again.positions.get('/log')).toEqual(position(5));
      again.close();
    }));

  it('loses nothing of a transaction in the middle of which it failed', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'secmon.db');
      const store = await openStore({ path, now });
      store.incidents.save([incident('a')]);
      const poison = incident('b', { actor: undefined as unknown as string });
      store.commit({ positions: [['/log', position(9)]], incidents: [poison] });
      store.close();
      const again = await openStore({ path, now });
      expect(again.incidents.recent().map(({ id }) => id)).toEqual(['a']);
      expect(again.positions.get('/log')).toBeUndefined();
      again.close();
    }));

  it('makes its folder when that is missing', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'a'));
      const store = await openStore({ path: join(folder, 'a', 'b', 'c.db'), now });
      expect(store.memoryOnly).toBe('');
      store.close();
    }));
});
