import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expandPaths } from '../../src/sources/glob.ts';
import { isRotationOf } from '../../src/sources/rotation-names.ts';
import { createWake } from '../../src/sources/wake.ts';
import { watchPatterns } from '../../src/sources/watch-patterns.ts';
import { compileWildcard, expandBraces } from '../../src/sources/wildcard.ts';
import { temporaryFolder } from './collect.ts';

function folderWith(names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  return folder;
}

async function expand(folder: string, patterns: readonly string[]): Promise<string[]> {
  const { files } = await expandPaths(patterns.map((pattern) => join(folder, pattern)));
  return files.map(({ path }) => path.slice(folder.length + 1));
}

describe('a wildcard', () => {
  it.each([
    ['*.log', ['a.log', '.log'], ['a.log']],
    ['?.log', ['a.log', 'ab.log', '한.log'], ['a.log', '한.log']],
    ['[a-c]x', ['ax', 'cx', 'dx', '-x'], ['ax', 'cx']],
    ['[!a]x', ['ax', 'bx'], ['bx']],
    ['[]x', ['[]x', 'x'], ['[]x']],
    ['a*b*c', ['abc', 'aXbYc', 'acb', 'abcb'], ['abc', 'aXbYc']],
    ['.*', ['.hidden', 'open'], ['.hidden']],
  ])('%s picks what a shell would', (pattern, names, expected) => {
    expect(names.filter(compileWildcard(pattern))).toEqual(expected);
  });

  it('agrees with a regular expression', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((parts) => parts.join(''));
    const name = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, name, (pattern, candidate) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(candidate);
        expect(compileWildcard(pattern)(candidate)).toBe(expected);
      }),
    );
  });

  it('takes bait in proportion to its length', () => {
    const fits = compileWildcard(`${'a*'.repeat(60)}b`);
    expect(fits('a'.repeat(255))).toBe(false);
  });

  it.each([
    ['a{b,c{d,e}}f', ['abf', 'acdf', 'acef']],
    ['{a,b}{1,2}', ['a1', 'a2', 'b1', 'b2']],
    ['a{b}c{', ['a{b}c{']],
    ['{a,b', ['{a,b']],
    ['{a,b}'.repeat(9), ['{a,b}'.repeat(9)]],
  ])('with braces: %s', (pattern, expected) => {
    expect(expandBraces(pattern)).toEqual(expected);
  });
});

describe('expandPaths', () => {
  it('keeps a plain path, there or not', async () => {
    const folder = folderWith(['a.log']);
    expect(await expand(folder, ['a.log', 'missing.log'])).toEqual(['a.log', 'missing.log']);
  });

  it('finds files in folders below and skips folders and hidden names', async () => {
    const folder = folderWith(['a.log', 'x/b.log', 'x/y/c.log', '.git/d.log', 'dir.log/e.txt']);
    expect(await expand(folder, ['*.log'])).toEqual(['a.log']);
    expect(await expand(folder, ['**/*.log'])).toEqual(['a.log', 'x/b.log', 'x/y/c.log']);
    expect(await expand(folder, ['*/*.{log,txt}'])).toEqual(['dir.log/e.txt', 'x/b.log']);
    expect(await expand(folder, ['x/**'])).toEqual(['x/b.log', 'x/y/c.log']);
  });

  it('takes an existing file by its name although it looks like a glob', async () => {
    const folder = folderWith(['a[1].log', 'a1.log']);
    expect(await expand(folder, ['a[1].log'])).toEqual(['a[1].log']);
  });

  it('gives each file once, whatever leads to it', async () => {
    const folder = folderWith(['pods/a.log']);
    symlinkSync(join(folder, 'pods', 'a.log'), join(folder, 'link.log'));
    linkSync(join(folder, 'pods', 'a.log'), join(folder, 'hard.log'));
    expect(await expand(folder, ['*.log', '**/*.log', 'pods/a.log'])).toEqual(['pods/a.log']);
  });

  it('tells globs that fit nothing, and rotated generations', async () => {
    const folder = folderWith(['access.log', 'access.log.1', 'access.log.2.gz', 'other.log']);
    const globs = [join(folder, '*.log*'), join(folder, 'no', '*.log')];
    const { files, unmatched, globs: kept } = await expandPaths(globs);
    expect(unmatched).toEqual([globs[1]]);
    expect(kept).toEqual(globs);
    expect(files.filter(({ rotated }) => rotated).map(({ path }) => path)).toEqual([
      join(folder, 'access.log.1'),
      join(folder, 'access.log.2.gz'),
    ]);
  });
});

describe('names of rotated files', () => {
  it.each([
    'access.log.1',
    'access.log.10',
    'access.log.1.gz',
    'access.log-20260302',
    'access.log-20260302-1772409600.gz',
    'access.log.2026-03-02',
    'access.log.old',
    'access-20260302.log',
    'access.1.log',
    'access.log.gz',
  ])('%s is one of access.log', (name) => {
    expect(isRotationOf(join('/var/log', name), '/var/log/access.log')).toBe(true);
  });

  it.each(['access.log', 'access.log.conf', 'other.log.1', 'access2.log', 'accesslog.1', 'access.json.log'])('%s is none', (name) => {
    expect(isRotationOf(join('/var/log', name), '/var/log/access.log')).toBe(false);
  });

  it('in another folder is none', () => {
    expect(isRotationOf('/tmp/access.log.1', '/var/log/access.log')).toBe(false);
  });
});

describe('watchPatterns', () => {
  function watching(globs: readonly string[], known: readonly string[]) {
    const abort = new AbortController();
    const told: string[] = [];
    const changed = createWake();
    const onNew = (path: string): void => {
      told.push(path);
      changed.notify();
    };
    const done = watchPatterns(globs, { signal: abort.signal, onNew, known, pollMs: 50 });
    onTestFinished(async () => {
      abort.abort();
      await done;
    });
    return {
      told,
      async until(path: string) {
        while (!told.includes(path)) await changed.wait();
      },
    };
  }

  it('tells of a new file once, in a folder that was missing too', async () => {
    const folder = temporaryFolder();
    const { told, until } = watching([join(folder, 'logs', '*.log')], []);
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'logs', 'a.log'), 'a');
    await until(join(folder, 'logs', 'a.log'));
    writeFileSync(join(folder, 'logs', 'b.log'), 'b');
    await until(join(folder, 'logs', 'b.log'));
    expect(told).toHaveLength(2);
  });

  it('does not tell of rotated generations, nor of a file under a new name', async () => {
    const folder = folderWith(['access.log', 'error.log']);
    const path = (name: string): string => join(folder, name);
    const { told, until } = watching([path('*.log*')], [path('access.log'), path('error.log')]);
    writeFileSync(path('first.log'), '');
    await until(path('first.log'));
    renameSync(path('access.log'), path('access.log.1'));
    writeFileSync(path('access.log'), 'new');
    renameSync(path('error.log'), path('renamed.log'));
    writeFileSync(path('access.log.2.gz'), 'x');
    writeFileSync(path('second.log'), '');
    await until(path('second.log'));
    expect(told).toEqual([path('first.log'), path('second.log')]);
  });

  it('tells of a file that got the inode of a deleted one', async () => {
    const folder = folderWith(['a.log']);
    const { until } = watching([join(folder, '*.log')], [join(folder, 'a.log')]);
    rmSync(join(folder, 'a.log'));
    writeFileSync(join(folder, 'b.log'), '');
    await until(join(folder, 'b.log'));
  });
});
