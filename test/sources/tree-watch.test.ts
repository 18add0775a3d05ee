import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { type FileChange, type TreeWatch, type TreeWatchOptions, watchTree } from '../../src/sources/tree-watch.ts';

let folder: string;
let changes: FileChange[];
let notices: string[];
let tree: TreeWatch | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secmon-tree-'));
  changes = [];
  notices = [];
});
afterEach(() => {
  tree?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function open(options: Partial<TreeWatchOptions> = {}): Promise<void> {
  tree = watchTree({
    root: folder,
    clock: systemClock,
    onChange: (change) => changes.push(change),
    onNotice: (text) => notices.push(text),
    pollMs: 50,
    ...options,
  });
  await tree.ready;
}
const seen = () => changes.map(({ kind, path }) => `${kind} ${path}`).sort();
const sees = (...expected: string[]) => vi.waitFor(() => expect(seen()).toEqual(expected.sort()), 50_000);

it('tells of files that appear and change, also in folders that appear, and nothing of those that were there', async () => {
  writeFileSync(join(folder, 'old.php'), 'a');
  writeFileSync(join(folder, 'config.php'), 'a');
  await open();
  writeFileSync(join(folder, 'new.php'), 'a');
  appendFileSync(join(folder, 'config.php'), 'b');
  mkdirSync(join(folder, 'a/b/c'), { recursive: true });
  writeFileSync(join(folder, 'a/b/c/deep.php'), 'a');
  await sees('created new.php', 'changed config.php', 'created a/b/c/deep.php');
  expect(notices).toEqual([]);
  expect(Math.abs(Date.now() - (changes[0]?.timeMs ?? 0))).toBeLessThan(60_000);
});

it('looks at folders beyond the watches by turns, and says so', async () => {
  for (const name of ['a', 'b', 'c']) mkdirSync(join(folder, name));
  await open({ mostWatched: 1 });
  expect(notices).toEqual([`3 of 4 folders below ${folder} have no watch and are looked at every 0.05 s`]);
  writeFileSync(join(folder, 'c/shell.php'), 'a');
  writeFileSync(join(folder, 'top.php'), 'a');
  await sees('created c/shell.php', 'created top.php');
});

it('says how many folders are too many', async () => {
  for (let i = 0; i < 10; i += 1) mkdirSync(join(folder, String(i)));
  await open({ mostWatched: 2, mostPolled: 3 });
  expect(notices.at(-1)).toBe(`not watched: 6 folders below ${folder}, more than 5 are too many`);
});

it('does not follow links out of the folder, nor in a circle', async () => {
  symlinkSync('/', join(folder, 'root'));
  symlinkSync(folder, join(folder, 'self'));
  await open();
  writeFileSync(join(folder, 'x.php'), '');
  await sees('created x.php');
  expect(notices).toEqual([]);
});

it('says that there is no such folder', async () => {
  await open({ root: join(folder, 'missing') });
  expect(notices).toEqual([`not watched: ${join(folder, 'missing')} is no folder`]);
});
