import { describe, expect, it } from 'vitest';
import { combined } from '../../src/formats/combined.ts';
import { createSourceParser, type ParsedLine } from '../../src/formats/source-parser.ts';
import { context, samplesOf } from './samples.ts';

const run = (lines: readonly string[], parser = createSourceParser(context)): ParsedLine[] => [
  ...lines.flatMap((line) => [...parser.push(line)]),
  ...parser.flush(),
];
const request = (i: number): string => `203.0.113.7 - - [02/Mar/2026:02:13:41 +0000] "GET /${i} HTTP/1.1" 200 5 "-" "ua"`;
const requests = (count: number): string[] => Array.from({ length: count }, (_, i) => request(i));

it('recognises the format from the first line and hands each entry on at once', () => {
  const parser = createSourceParser(context);
  expect(parser.format).toBeUndefined();
  expect(parser.push(request(0))).toEqual([expect.objectContaining({ sequence: 1, lines: 1, rejected: undefined })]);
  expect(parser.format?.title).toBe('nginx combined');
  expect(parser.counts).toEqual({ lines: 1, unparsed: 0, joined: 0, blank: 0 });
});

it('yields a plain entry with the reason for a line of no format, and counts it', () => {
  const parser = createSourceParser(context);
  const [, bad] = run([request(0), 'what is this', request(1)], parser);
  expect(bad).toMatchObject({ sequence: 2, rejected: expect.stringMatching(/time/), entry: { kind: 'plain', message: 'what is this' } });
  expect(parser.counts.unparsed).toBe(1);
  expect(parser.ratio).toBeCloseTo(2 / 3);
});

it('parses a mixed log line by line', () => {
  const lines = ['nginx_error', 'combined', 'sshd', 'caddy', 'fail2ban', 'common'].flatMap((id) => samplesOf(id).slice(0, 2));
  const parsed = run(lines);
  expect(parsed.map(({ rejected }) => rejected)).toEqual(lines.map(() => undefined));
  expect(parsed.map(({ entry }) => entry.kind)).toEqual([
    'web-error',
    'web-error',
    'http',
    'http',
    'sshd',
    'sshd',
    'http',
    'fail2ban',
    'fail2ban',
    'http',
    'http',
  ]);
});

it('counts nothing as unparsed where the log is plain text', () => {
  const parser = createSourceParser(context);
  const parsed = run(['hello', 'world', '보안 위협'], parser);
  expect(parsed.map(({ entry }) => entry.message)).toEqual(['hello', 'world', '보안 위협']);
  expect([parser.format?.id, parser.counts.unparsed]).toEqual(['plain', 0]);
});

it('recognises a log behind much that is of no format, soon', () => {
  const parser = createSourceParser(context);
  run(
    Array.from({ length: 5_000 }, (_, i) => `${i} \x00\x1f what is this \u202e`),
    parser,
  );
  expect(parser.format?.id).toBe('plain');
  run(requests(40), parser);
  expect(parser.format?.id).toBe('combined');
});

it('gets over a banner in front of the log', () => {
  const parser = createSourceParser(context);
  const parsed = run(['=== log opened ===', ...requests(20)], parser);
  expect(parsed.slice(1).every(({ entry }) => entry.kind === 'http')).toBe(true);
  expect(parser.format?.id).toBe('combined');
});

it('recognises anew when the format changes', () => {
  const parser = createSourceParser(context);
  const json = Array.from({ length: 100 }, (_, i) => `{"level":30,"time":1772417621123,"msg":"hello ${i}"}`);
  const parsed = run([...requests(200), ...json], parser);
  expect(parsed.at(-1)?.entry.kind).toBe('application');
  expect(parser.format?.id).toBe('json');
  expect(parser.counts.unparsed).toBe(0);
});

it('parses by the forced format alone', () => {
  const parser = createSourceParser(context, { forced: combined });
  const parsed = run([request(1), samplesOf('fail2ban')[0] ?? ''], parser);
  expect(parsed.map(({ entry, rejected }) => [entry.kind, rejected === undefined])).toEqual([
    ['http', true],
    ['plain', false],
  ]);
});

it('numbers lines of the source, blank ones included, and yields none for those', () => {
  const parser = createSourceParser(context);
  expect(run(['', request(1), '  ', request(2)], parser).map(({ sequence }) => sequence)).toEqual([2, 4]);
  expect(parser.counts).toMatchObject({ lines: 4, blank: 2, unparsed: 0 });
});

describe('tracebacks', () => {
  const head = '2026-03-02 02:13:41,123 - app - ERROR - request failed';
  const traceback = [
    'Traceback (most recent call last):',
    '  File "app.py", line 3, in view',
    '    raise ValueError("x")',
    'ValueError: <script>',
  ];

  it('are joined to their line', () => {
    const parser = createSourceParser(context);
    const parsed = run([head, ...traceback, '2026-03-02 02:13:42,000 - app - INFO - next'], parser);
    expect(parsed.map(({ sequence, lines }) => [sequence, lines])).toEqual([
      [1, 5],
      [6, 1],
    ]);
    const [{ entry }] = parsed as [ParsedLine];
    expect(entry.raw).toBe([head, ...traceback].join('\n'));
    expect(entry.message).toBe(['request failed', ...traceback].join('\n'));
    expect(entry.raw.slice(entry.spans.message?.start, entry.spans.message?.end)).toBe(entry.message);
    expect(parser.counts).toMatchObject({ lines: 6, joined: 4, unparsed: 0 });
  });

  it('of chained exceptions stay together', () => {
    const chained = [head, ...traceback, '', 'During handling of the above exception, another exception occurred:', '', ...traceback];
    expect(run(chained).map(({ lines }) => lines)).toEqual([11]);
  });

  it('that come after their line was handed on are entries of their own, with its time', () => {
    const parser = createSourceParser(context);
    const [first] = [...parser.push(head), ...parser.flush()];
    const rest = run(traceback, parser);
    expect(rest).toHaveLength(1);
    expect(rest[0]).toMatchObject({
      sequence: 2,
      lines: 4,
      rejected: undefined,
      entry: { kind: 'application', timeMs: first?.entry.timeMs, program: 'app' },
    });
  });

  it('are bounded, and what is beyond is not lost', () => {
    const lines = [head, 'Traceback (most recent call last):', ...Array.from({ length: 1000 }, (_, i) => `  frame ${i}`)];
    const parsed = run(lines);
    expect(parsed.every((one) => one.lines <= 200 && one.entry.raw.length <= 65_536)).toBe(true);
    expect(parsed.map(({ entry }) => entry.raw).join('\n')).toBe(lines.join('\n'));
  });

  it('in syslog take no indented line of another program', () => {
    const [app, sudo] = [samplesOf('syslog')[4] ?? '', samplesOf('syslog')[0] ?? ''];
    expect(run([app, sudo, app]).map(({ entry }) => entry.program)).toEqual(['auth', 'sudo', 'auth']);
  });

  it('in containers are joined too', () => {
    const lines = [head, ...traceback].map((line) => `2026-03-02T02:13:41.5Z stderr F ${line}`);
    expect(run(lines).map((one) => one.lines)).toEqual([5]);
  });
});

it('loses no line of any mixture', () => {
  const ids = ['combined', 'json', 'plain', 'application', 'syslog', 'journald', 'timed', 'docker'];
  const lines = ids.flatMap((id) => [...samplesOf(id)]);
  const mixed = lines.map((_, i) => lines[(i * 37) % lines.length] ?? '');
  expect(
    run(mixed)
      .map(({ entry }) => entry.raw)
      .join('\n'),
  ).toBe(mixed.join('\n'));
});
