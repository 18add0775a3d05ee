import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPlace, type Place } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
});
afterEach(() => place.remove());

const rule = (detection: string): string =>
  `title: Our honeypot\nid: 2f1b3c0e-54a5-4b7f-9d63-0f1d0a8f6a11\nlogsource:\n  category: webserver\ndetection:\n  path:\n    ${detection}\n  condition: path\nfalsepositives:\n  - Our own scanner\nlevel: high\n`;
const line = (target: string, address = '198.51.100.7'): string =>
  `${address} - - [02/Mar/2026:02:04:00 +0000] "GET ${target} HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0"\n`;

describe('secmon rules', () => {
  test('list prints every rule with level, families and technique, and the same as JSON', async () => {
    const text = await place.run(['rules', 'list']);
    expect(text.out).toMatch(/^name +level +kind +families +technique +title\n/);
    expect(text.out).toMatch(/\nsqli-union-select +high +rule +sqli +T1190 +\S/);
    const listed: unknown = JSON.parse((await place.run(['rules', 'list', '--format', 'json'])).out);
    expect(listed).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'sqli-union-select', severity: 'high', families: ['sqli'] })]),
    );
    const kinds = (listed as { kind: string }[]).map(({ kind }) => kind);
    const [rules, correlations] = ['rule', 'correlation'].map((kind) => kinds.filter((each) => each === kind).length);
    expect(text.out).toContain(`\n${rules} rules, ${correlations} correlations\n`);
  });

  test('test prints the groups that a correlation finds, with counts and times', async () => {
    const guess = (second: number): string =>
      `198.51.100.7 - - [02/Mar/2026:02:04:0${second} +0000] "POST /login HTTP/1.1" 401 512 "-" "Mozilla/5.0 Firefox/124.0"\n`;
    place.write('guesses.log', [0, 1, 2, 3, 4, 5].map(guess).join(''));
    const { code, out } = await place.run(['rules', 'test', 'login-brute-force', 'guesses.log']);
    expect(code).toBe(0);
    expect(out).toMatch(/2026-03-02 02:04:00 to 2026-03-02 02:04:05 +login-brute-force +c-ip 198\.51\.100\.7 +6 events/);
  });

  test('show prints all about one rule, the decodings that it looks at too', async () => {
    const { code, out } = await place.run(['rules', 'show', 'sqli-union-select']);
    expect(code).toBe(0);
    for (const text of ['sqli-union-select', 'T1190', 'param-value', 'percent, unicode', 'condition: selection', 'References'])
      expect(out).toContain(text);
  });

  test('show says which names are near one that it does not know', async () => {
    const { code, err } = await place.run(['rules', 'show', 'union']);
    expect({ code, err }).toEqual({ code: 2, err: 'secmon: no rule is named "union"; there are sqli-union-select\n' });
  });

  test('check refuses by file, line and reason with exit code 2, and passes what is right with 0', async () => {
    place.write('good.yml', rule('cs-uri-stem: /never-linked'));
    expect(await place.run(['rules', 'check', 'good.yml'])).toMatchObject({ code: 0, out: '1 right, 0 refused\n' });
    place.write('bad.yml', rule('cs-cookie: x'));
    expect(await place.run(['rules', 'check', 'bad.yml', 'good.yml'])).toMatchObject({
      code: 2,
      out: 'bad.yml:7: the field "cs-cookie" is not available: access logs hold no cookies\n1 right, 1 refused\n',
    });
  });

  test('test shows what a rule would have flagged, and warns when that is a lot', async () => {
    place.write('access.log', line('/').repeat(95) + line('/never-linked?x=%3Cb%3E') + line('/').repeat(4));
    place.write('rare.yml', rule('cs-uri-query|contains: "<b>"'));
    const rare = await place.run(['rules', 'test', 'rare.yml', 'access.log']);
    expect(rare.out).toContain('access.log:96: ');
    expect(rare.out).toContain('cs-uri-query: <b> (percent)');
    expect(rare.out).toContain('1 of 100 lines flagged (1.00 %)');
    place.write('all.yml', rule('cs-uri-stem|startswith: /'));
    const all = await place.run(['rules', 'test', 'all.yml', 'access.log']);
    expect(all.out).toContain('100 of 100 lines flagged (100.00 %)');
    expect(all.err).toContain('warning: that is a lot');
    expect(await place.run(['rules', 'test', 'sqli-union-select', 'access.log'])).toMatchObject({ code: 0, err: '' });
  });
});

describe('--rules', () => {
  test('adds rules and filters of a folder, and says which rules of it cannot be honoured', async () => {
    place.write(
      'access.log',
      line('/never-linked') + line('/?q=1%20union%20select%202', '203.0.113.9') + line('/?q=1%20union%20select%203'),
    );
    place.write('own.yml', rule('cs-uri-stem: /never-linked'));
    place.write('cookie.yml', rule('cs-cookie: x').replace('6a11', '6a12'));
    place.write(
      'office.yml',
      'title: Office\nlogsource:\n  category: webserver\nfilter:\n  rules: any\n  office:\n    c-ip|cidr: 203.0.113.0/24\n  condition: not office\n',
    );
    const { out, err } = await place.run(['scan', 'access.log', '--rules', '.', '--format', 'ndjson']);
    const lines = out
      .split('\n')
      .filter((text) => text.includes('"secmon.detection"'))
      .map((text): { event: { sequence: number } } => JSON.parse(text));
    expect(lines.map(({ event }) => event.sequence)).toEqual([1, 3]);
    expect(err).toContain('rule refused: cookie.yml:7: the field "cs-cookie" is not available');
  });

  test('ends with exit code 2 when none of them can be honoured', async () => {
    place.write('access.log', line('/'));
    place.write('cookie.yml', rule('cs-cookie: x'));
    expect(await place.run(['scan', 'access.log', '--rules', 'cookie.yml'])).toMatchObject({ code: 2, out: '' });
  });
});
