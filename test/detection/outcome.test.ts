import { describe, expect, it } from 'vitest';
import { type Circumstances, createOutcomeJudge, outcomeOf, type UsualAnswer } from '../../src/detection/outcome.ts';
import { plainPath } from '../../src/detection/outcome-place.ts';
import type { Hit } from '../../src/model/detection.ts';
import { request } from './entries.ts';

/** A hit as a rule of that family gives it, on everything behind the first `=` of the target, or on its path. */
function hit(family: Hit['rule']['families'][number], target: string): readonly Hit[] {
  const start = target.indexOf('=') + 1;
  const rule = { id: '', name: family, title: '', description: '', severity: 'high', families: [family], techniques: [] } as const;
  return [{ rule, matches: [{ sigmaField: '', field: 'target', view: [], text: '', span: { start, end: target.length } }] }];
}

const sizes = Array.from({ length: 40 }, (_, i) => 980 + i);
const USUAL: UsualAnswer = { count: 40, medianBytes: 1000, sizes, timesMs: [], echo: undefined };

/** One judge over a series of answers; the notes of those that are claimed, `''` of the others. */
function series(
  answers: readonly (readonly [target: string, status: number, bytes: number, durationMs?: number])[],
  given: Partial<Circumstances> & { family?: Hit['rule']['families'][number] } = {},
) {
  const judge = createOutcomeJudge();
  return answers.map(([target, status, bytes, durationMs = -1]) => {
    const judgement = judge.judge(request({ target, status, bytes, durationMs }), hit(given.family ?? 'sqli', target), {
      usual: USUAL,
      timesSeen: () => 0,
      earlier: undefined,
      ...given,
    });
    expect(judgement.success).toBe(judgement.note !== '');
    return judgement.note;
  });
}

const UNION = '/item?id=1%20union%20select%20login%20from%20users';

it.each([
  [403, 'blocked'],
  [429, 'blocked'],
  [404, 'refused'],
  [302, 'redirected'],
  [499, 'abandoned'],
  [500, 'error'],
  [200, 'answered'],
  [0, 'none'],
  [418, 'refused'],
])('reads %i as %s', (status, outcome) => {
  expect(outcomeOf(status)).toBe(outcome);
});

describe('a size', () => {
  it('far above all ordinary ones is a success, and the note says how far', () => {
    expect(series([[UNION, 200, 41_000]])).toEqual(['41× size']);
  });

  it('of an ordinary page elsewhere is a success for a payload in the target, and none for one in a header', () => {
    const rule = { id: '', name: 'rce', title: '', description: '', severity: 'high', families: ['rce'], techniques: [] } as const;
    const inHeader = [{ rule, matches: [{ sigmaField: '', field: 'referer', view: [], text: '', span: { start: 0, end: 9 } }] }] as const;
    const noteOf = (seen: number): string =>
      createOutcomeJudge().judge(request({ target: '/search', referer: '() { :;};', status: 200, bytes: 41_000 }), inHeader, {
        usual: USUAL,
        timesSeen: () => seen,
        earlier: undefined,
      }).note;
    expect(noteOf(0)).toBe('41× size');
    expect(noteOf(1)).toBe('');
    expect(series([[UNION, 200, 41_000]], { timesSeen: () => 1 })).toEqual(['41× size']);
  });

  it('of the usual range, or without enough earlier answers, leaves it open', () => {
    expect(series([[UNION, 200, 1010]])).toEqual(['']);
    expect(series([[UNION, 200, 41_000]], { usual: { ...USUAL, count: 19 } })).toEqual(['']);
    expect(series([[UNION, 200, 41_000]], { usual: undefined })).toEqual(['']);
  });

  it('that an echo of the payload explains is none', () => {
    expect(series([[`/search?q=${'%27or'.repeat(40)}`, 200, 1700]])).toEqual(['']);
  });

  it('says nothing of an error, a redirect, a part, or cross-site scripting', () => {
    for (const status of [500, 302, 403, 206]) expect(series([[UNION, status, 41_000]])).toEqual(['']);
    expect(series([['/guest?name=<script>', 200, 41_000]], { family: 'xss' })).toEqual(['']);
    expect(series([['/', 200, 41_000]], { family: 'scanner' })).toEqual(['']);
  });

  it('that payloads after different things get alike is the page for what fails', () => {
    const block = ['/a?q=%27or', '/a?q=union%20select', '/a?q=;sleep', '/a?q=../etc/passwd', '/a?q=extractvalue'];
    expect(series(block.map((target) => [target, 200, 9000] as const)).slice(2)).toEqual(['', '', '']);
  });

  it('that the same payload gets again stays a success', () => {
    expect(series(Array.from({ length: 40 }, () => [UNION, 200, 41_000] as const)).every((note) => note === '41× size')).toBe(true);
  });
});

describe('a file', () => {
  const FILES: UsualAnswer = { ...USUAL, sizes: Array.from({ length: 40 }, (_, i) => [400, 3000, 9000][i % 3] ?? 0).sort((a, b) => a - b) };

  it('of a size that no page has is a success where others like it were refused', () => {
    const tries = [
      ['/view?f=../etc/passwd', 404, 150],
      ['/view?f=../../etc/passwd', 404, 150],
      ['/view?f=../../../etc/passwd', 200, 1320],
    ] as const;
    expect(series(tries, { family: 'lfi', usual: FILES })).toEqual(['', '', '+320 B']);
    expect(series(tries.slice(2), { family: 'lfi', usual: FILES })).toEqual(['']);
  });

  it('at a path that nobody visits is a success where other such paths are refused, unless everything gets that page', () => {
    const misses = ['/a.sql', '/b.zip', '/c.tgz'].map((path) => [path, 404, 150] as const);
    const leaks = [...misses, ['/.env', 200, 86] as const];
    expect(series(leaks, { family: 'sensitive-files', usual: undefined }).at(-1)).toBe('3 others refused');
    expect(series(leaks.slice(3), { family: 'sensitive-files', usual: undefined })).toEqual(['']);
    expect(series(leaks, { family: 'sensitive-files', usual: undefined, timesSeen: () => 7 }).at(-1)).toBe('');
  });
});

describe('what the client can bring about himself', () => {
  it('is no success: another parameter that the page sends back', () => {
    expect(series([[`${UNION}&q=${'a'.repeat(1000)}`, 200, 1019 + 1000 + 300]])).toEqual(['']);
    expect(series([[`${UNION}&q=${'a'.repeat(1000)}`, 200, 41_000]])).toEqual(['41× size']);
  });

  it('is no success: pages that differ by the lengths of the payloads alone, however large', () => {
    const payloads = ['1%20union%20select%20login%20from%20users', "1'or'a'='a", '1;drop%20table%20orders', '1%20and%20sleep(1)'];
    const notes = series(payloads.map((payload) => [`/item?id=${payload}`, 200, 15_000 + payload.length] as const));
    expect(notes.slice(2)).toEqual(['', '']);
  });

  const SHELL = '/tool.php?cmd=id';

  it.each([400, 405, 411, 412, 416, 417, 429])('is no missing file: %i for a path that is there', (status) => {
    const others = ['/a.php?cmd=id', '/b.php?cmd=id', '/c.php?cmd=id'].map((target) => [target, status, 150] as const);
    const answers = [...others, [SHELL, status, 150] as const, [SHELL, 200, 777] as const];
    expect(series(answers, { family: 'webshell', usual: undefined }).at(-1)).toBe('');
  });

  it('does not hide a success: a file that is asked for in parts', () => {
    const misses = ['/a.sql', '/b.zip', '/c.tgz'].map((path) => [path, 404, 150] as const);
    const given = { family: 'sensitive-files', usual: undefined } as const;
    expect(series([...misses, ['/.env', 206, 86] as const], given).at(-1)).toBe('3 others refused');
    expect(series([[UNION, 206, 41_000]])).toEqual(['']);
  });

  it.each(['//item', '/./item', '/x/../item', '/%69tem', '/item;j=1', '/item/', '//x;y/%2e%2e/./item'])(
    'does not hide a path: %s',
    (path) => {
      expect(plainPath(path)).toBe('/item');
    },
  );

  it('leaves other paths as they are', () => {
    for (const path of ['/', '/item', '/a/b.c', '/a%2fb', '/%ff', '']) expect(plainPath(path), path).toBe(path);
    expect(plainPath(`//${'a/'.repeat(5000)}`)).toHaveLength(10_002);
  });
});

describe('a wait', () => {
  const TIMED = { usual: { ...USUAL, timesMs: Array.from({ length: 40 }, (_, i) => i) } };
  const SLEEP = '/item?id=1%20and%20sleep(5)';

  it('as long as was asked for is a success, whatever was answered', () => {
    expect(series([[SLEEP, 200, 1010, 5012]], TIMED)).toEqual(['took 5.0 s, usually 20 ms']);
    expect(series([[SLEEP, 500, 10, 5012]], TIMED)).toEqual(['took 5.0 s, usually 20 ms']);
  });

  it('that is shorter, was not asked for, or comes for other payloads too, is none', () => {
    expect(series([[SLEEP, 200, 1010, 900]], TIMED)).toEqual(['']);
    expect(series([[UNION, 200, 1010, 5012]], TIMED)).toEqual(['']);
    expect(
      series(
        [
          [UNION, 200, 1010, 5012],
          [SLEEP, 200, 1010, 5012],
        ],
        TIMED,
      ),
    ).toEqual(['', '']);
    expect(series([[SLEEP, 200, 1010, 5012]])).toEqual(['']);
  });
});

it('claims a web shell that was not there before, or that answers who already succeeded', () => {
  const shell = '/up/s.php?cmd=id';
  const webshell = { family: 'webshell', usual: undefined } as const;
  expect(
    series(
      [
        [shell, 404, 150],
        [shell, 200, 54],
      ],
      webshell,
    ),
  ).toEqual(['', 'not there before']);
  expect(series([[shell, 200, 54]], webshell)).toEqual(['']);
  expect(series([[shell, 200, 54]], { ...webshell, earlier: 'sqli' })).toEqual(['after sqli']);
});

it('remembers a bounded number of places', () => {
  const judge = createOutcomeJudge();
  for (let i = 0; i < 3000; i += 1) {
    const target = `/${'x'.repeat(i % 50)}/p${String.fromCharCode(97 + (i % 26), 97 + (i % 7))}?id=1'or`;
    judge.judge(request({ target, bytes: 10 + i }), hit('sqli', target), { usual: USUAL, timesSeen: () => 0, earlier: undefined });
  }
  expect(judge.places).toBeLessThanOrEqual(1000);
});
