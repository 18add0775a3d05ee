import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetector } from '../../../src/detection/detect.ts';
import { isExpired, readMutes } from '../../../src/detection/mutes/mute.ts';
import { addMuteLine, readMuteFile, removeMuteLine } from '../../../src/detection/mutes/mute-file.ts';
import { type MuteDraft, muteLine } from '../../../src/detection/mutes/mute-line.ts';
import { placeOfText, placesOfGroup, placesOfHit } from '../../../src/detection/mutes/mute-places.ts';
import { createMuteSet } from '../../../src/detection/mutes/mute-set.ts';
import { loadRuleFiles } from '../../../src/detection/rule-files.ts';
import type { Behaviour } from '../../../src/model/behaviour.ts';
import type { Entry } from '../../../src/model/entry.ts';
import type { MutePlace } from '../../../src/model/mute.ts';
import { request } from '../entries.ts';

const RULE = `title: Bait
name: bait
id: bait-id
logsource: { category: webserver }
detection:
  selection: { secmon.payload|contains: bait }
  condition: selection
`;
const NOW_MS = Date.UTC(2026, 2, 2, 2, 13, 45);
const { rules } = await loadRuleFiles([{ name: 'bait.yml', text: RULE }]);
const detector = createDetector({ rules });
const [bait] = rules;
if (bait === undefined) throw new Error('the rule is right');

const draft = (place: MutePlace, fields: Partial<MuteDraft> = {}): MuteDraft => ({
  id: '5f0a4c52-8c58-4f4c-9a43-0b2b2f6f1a01',
  rules: ['bait'],
  place,
  untilMs: NOW_MS + 86_400_000,
  nowMs: NOW_MS,
  author: 'alice',
  note: '',
  successes: false,
  ...fields,
});

async function setOf(...lines: readonly string[]) {
  const { mutes, refused } = await readMutes(lines.join('\n'), 'mutes.yml');
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  return createMuteSet({ mutes, rules: rules.map(({ info }) => info), detect: detector.detect });
}

function placesIn(entry: Entry): readonly MutePlace[] {
  const [hit] = detector.detect(entry)?.hits ?? [];
  if (hit === undefined) throw new Error(`not flagged: ${entry.target}`);
  return placesOfHit(entry, hit);
}

function place(entry: Entry, kind: MutePlace['kind']): MutePlace {
  const found = placesIn(entry).find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no place ${kind}`);
  return found;
}

describe('the line of a mute', () => {
  it('is a Sigma filter that a person can read, on one line', () => {
    const entry = request({ target: '/search?q=bait' });
    expect(muteLine(draft(place(entry, 'path'), { note: 'our own search, 검색' }))).toBe(
      '--- { title: "Mute bait at /search", id: 5f0a4c52-8c58-4f4c-9a43-0b2b2f6f1a01, date: 2026-03-02, author: alice, description: "our own search, 검색", ' +
        'expires: 2026-03-03T02:13:45Z, logsource: { category: webserver }, filter: { rules: [bait], selection: { cs-uri-stem: /search }, condition: "not selection" } }',
    );
  });

  it('reads back as what was meant, whatever the path, the note and the author are', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (tail, note, author) => {
        const path = `/${tail.replace(/[?\uffff]/g, '')}`;
        const entry = request({ target: `${path}?q=bait` });
        const line = muteLine(draft(place(entry, 'path'), { note, author, untilMs: undefined, successes: true }));
        expect(line).not.toMatch(/[\r\n\u2028\u2029\u0085]/);
        const { mutes, refused } = await readMutes(line, 'mutes.yml');
        expect(refused).toEqual([]);
        expect(mutes).toMatchObject([{ author, note, untilMs: undefined, successes: true, line: 1 }]);
        const set = await setOf(line);
        expect(set.of('bait-id', entry, false)).toBeDefined();
        expect(set.of('bait-id', request({ target: '/elsewhere-altogether?q=bait' }), false)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});

describe('a mute', () => {
  const search = request({ target: '/search?q=bait&page=2', address: '198.51.100.7' });
  it.each([
    ['path', '/search?x=bait', '192.0.2.1', true],
    ['path', '/search/more?q=bait', '198.51.100.7', false],
    ['path', '/searcher?q=bait', '198.51.100.7', false],
    ['parameter', '/search?q=bait', '192.0.2.1', true],
    ['parameter', '/search?page=1&q=1&q=bait', '192.0.2.1', true],
    ['parameter', '/search?id=bait', '192.0.2.1', false],
    ['parameter', '/search?q=bait&id=bait', '192.0.2.1', false],
    ['parameter', '/search?q=1&id=bait', '192.0.2.1', false],
    ['parameter', '/other?q=bait', '192.0.2.1', false],
    ['address', '/any?q=bait', '198.51.100.7', true],
    ['address', '/any?q=bait', '198.51.100.77', false],
    ['network', '/any?q=bait', '198.51.100.77', true],
    ['network', '/any?q=bait', '198.51.101.7', false],
    ['everywhere', '/any?q=bait', '192.0.2.1', true],
  ] as const)('of a %s: %s from %s is muted: %s', async (kind, target, address, muted) => {
    const set = await setOf(muteLine(draft(place(search, kind))));
    expect(set.of('bait-id', request({ target, address }), false) !== undefined).toBe(muted);
  });

  it('of a parameter leaves what the rule finds in other fields of the line', async () => {
    const set = await setOf(muteLine(draft(place(search, 'parameter'))));
    expect(set.of('bait-id', request({ target: '/search?q=bait', userAgent: 'bait' }), false)).toBeUndefined();
  });

  it('leaves what worked, unless it says so', async () => {
    const quiet = await setOf(muteLine(draft(place(search, 'path'))));
    const deaf = await setOf(muteLine(draft(place(search, 'path'), { successes: true })));
    expect(quiet.of('bait-id', search, true)).toBeUndefined();
    expect(deaf.of('bait-id', search, true)).toBeDefined();
  });

  it('of other rules says nothing of this one', async () => {
    const set = await setOf(muteLine(draft(place(search, 'path'), { rules: ['another'] })));
    expect(set.of('bait-id', search, false)).toBeUndefined();
  });

  it('names the network of an IPv6 client by /64 and /48', async () => {
    const six = request({ target: '/?q=bait', address: '2001:db8:1:2::7' });
    const network = place(six, 'network');
    expect(network.selection).toEqual({ 'c-ip|cidr': '2001:db8:1::/48' });
    const set = await setOf(muteLine(draft(network)));
    expect(set.of('bait-id', request({ target: '/?q=bait', address: '2001:db8:1:ffff::1' }), false)).toBeDefined();
    expect(placeOfText('2001:db8:1:2::/64')?.kind).toBe('network');
  });
});

describe('a mute of a correlation', () => {
  const behaviour = (group: Readonly<Record<string, string>>, success = false): Behaviour => ({
    key: 'k',
    rule: bait.info,
    success,
    group,
    startMs: 0,
    endMs: 1,
    events: 9,
    silent: 9,
    value: 9,
    actors: [],
    actorCount: 1,
    example: '/wp-login.php',
  });
  const group = { 'c-ip': '2001:db8:1:2::/64', 'cs-uri-stem': '/login' };
  it.each([
    ['path', { 'c-ip': '192.0.2.1', 'cs-uri-stem': '/login' }, true],
    ['path', { 'c-ip': '192.0.2.1' }, false],
    ['network', { 'c-ip': '2001:db8:1:2::/64' }, true],
    ['network', { 'c-ip': '2001:db8:1:3::/64' }, false],
    ['everywhere', { source: 'access.log' }, true],
  ] as const)('by %s: %j is muted: %s', async (kind, other, muted) => {
    const meant = placesOfGroup(group).find((each) => each.kind === kind);
    const set = await setOf(muteLine(draft(meant ?? place(request({ target: '/?q=bait' }), 'everywhere'))));
    expect(set.ofBehaviour(behaviour(other)) !== undefined).toBe(muted);
    expect(set.ofBehaviour(behaviour(other, true))).toBeUndefined();
  });
});

describe('a file of mutes', () => {
  const filter = 'logsource: { category: webserver }, filter: { rules: [bait], selection: { c-ip: 192.0.2.1 }, condition: not selection }';
  it.each([
    ['', []],
    ['# nothing yet\n\n', []],
    [`--- { title: a, expires: forever, ${filter} }\n`, []],
    [`# why\n--- { title: a, ${filter} }\n`, ['2: expected "expires": a time such as 2026-03-09T12:00:00Z, or forever']],
    [`--- { title: a, expires: soon, ${filter} }\n`, ['1: expected "expires": a time such as 2026-03-09T12:00:00Z, or forever']],
    [`--- { title: a, expires: forever, successes: maybe, ${filter} }`, ['1: expected "successes" to be true or false']],
    [
      `--- { title: a, id: x, expires: forever, ${filter} }\n--- { title: b, id: x, expires: forever, ${filter} }`,
      ['2: another mute has the id "x" already'],
    ],
    [RULE, ['1: expected a Sigma filter, found the rule "bait"']],
    ['--- { title: a\n', ['2: Flow map must end with a }']],
  ])('%j is refused for %j', async (text, reasons) => {
    const { refused } = await readMutes(text, 'mutes.yml');
    expect(refused.map(({ line, reason }) => `${line}: ${reason}`)).toEqual(reasons.map((reason) => expect.stringContaining(reason)));
  });

  it('takes ends with and without a zone, by the wall clock', async () => {
    const text = ['2026-03-02', '2026-03-02T03:13:45+01:00', '2026-03-02T02:13:46', 'forever'].map(
      (end, i) => `--- { title: a, id: i${i}, expires: ${end}, ${filter} }`,
    );
    const { mutes } = await readMutes(text.join('\n'), 'mutes.yml');
    expect(mutes.map((mute) => isExpired(mute, NOW_MS))).toEqual([true, true, false, false]);
  });

  it('keeps comments and other lines when one is added and taken out, also behind a link', () => {
    const folder = mkdtempSync(join(tmpdir(), 'secmon-mutes-'));
    const real = join(folder, 'real.yml');
    const path = join(folder, 'mutes.yml');
    const before = '# ours\n--- { title: a }   # as agreed';
    writeFileSync(real, before);
    symlinkSync(real, path);
    addMuteLine(path, '--- { title: b }');
    expect(readFileSync(real, 'utf8')).toBe(`${before}\n--- { title: b }\n`);
    expect(removeMuteLine(path, '--- { title: b }')).toBe(true);
    expect(removeMuteLine(path, '--- { title: b }')).toBe(false);
    expect(readMuteFile(path)).toBe(`${before}\n`);
    expect(readdirSync(folder).sort()).toEqual(['mutes.yml', 'real.yml']);
  });
});
