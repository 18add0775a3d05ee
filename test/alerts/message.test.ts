import { describe, expect, it } from 'vitest';
import { actorNote } from '../../src/alerts/alert-facts.ts';
import { buildMessage } from '../../src/alerts/message.ts';
import { nextSteps } from '../../src/alerts/next-steps.ts';
import { openCommand } from '../../src/alerts/open-command.ts';
import { renderHeadline, renderText } from '../../src/alerts/render-text.ts';
import { FAMILIES, type Outcome } from '../../src/model/detection.ts';
import { facts, message, START_MS } from './samples.ts';

const options = { id: 'm', createdMs: START_MS, dateTime: (ms: number) => new Date(ms).toISOString() };
const OUTCOMES: readonly Outcome[] = ['blocked', 'refused', 'redirected', 'abandoned', 'error', 'answered', 'none'];

describe('the message of an alert', () => {
  it('says who, what, whether it worked, since when, and how much', () => {
    expect(buildMessage(facts({ actorNote: 'DE', note: 'look' }), options)).toEqual({
      id: 'm',
      createdMs: START_MS,
      severity: 'high',
      title: 'SQL injection on /item',
      who: '203.0.113.7 (DE)',
      outcome: 'The server answered it (200); whether it worked is open.',
      payload: "1' union select",
      facts: [
        ['First seen', '2026-03-02T00:00:00.000Z'],
        ['Last seen', '2026-03-02T00:03:00.000Z'],
        ['Lasted', '3 min'],
        ['Requests', '1,284'],
        ['Detections', '41'],
        ['Families', 'sqli'],
        ['Rules', 'UNION SELECT'],
        ['Path', '/item'],
      ],
      steps: [
        'Check what /item answered.',
        'Look into the database log for the statements of that time; treat what that query can read as read.',
        'Block 203.0.113.7 at the firewall.',
      ],
      note: 'look',
      origin: 'web1: access.log',
      verdict: 'open',
      command: 'Run secmon, press / and type ip:203.0.113.7',
    });
  });

  it('says with one word whether it worked', () => {
    const verdict = (outcome: Outcome, success = false) => buildMessage(facts({ outcome, success }), options).verdict;
    expect(verdict('answered', true)).toBe('worked');
    expect(verdict('blocked', true)).toBe('worked');
    for (const outcome of ['blocked', 'refused'] as const) expect(verdict(outcome)).toBe('stopped');
    for (const outcome of ['redirected', 'abandoned', 'error', 'answered', 'none'] as const) expect(verdict(outcome)).toBe('open');
  });

  it('keeps its place in a thread', () => {
    const thread = { key: 'i1', sequence: 2, kind: 'worse' } as const;
    expect(buildMessage(facts(), { ...options, thread }).thread).toEqual(thread);
    expect(buildMessage(facts(), options)).not.toHaveProperty('thread');
  });

  it('has at most three steps, the block among them', () => {
    const many = facts({ success: true, families: ['sqli', 'rce', 'lfi'] });
    expect(buildMessage(many, options).steps).toHaveLength(3);
    expect(buildMessage(many, options).steps).toContain('Block 203.0.113.7 at the firewall.');
  });

  it('names the country, network and kind of an address where they are known', () => {
    expect(actorNote({ country: 'Germany', network: 'AS64500 Example', tags: ['verified Googlebot'] })).toBe(
      'Germany, AS64500 Example, verified Googlebot',
    );
    expect(actorNote({})).toBe('');
  });

  it('claims a success only when one is claimed', () => {
    expect(buildMessage(facts({ success: true, successNote: '41× size' }), options).outcome).toBe('It probably worked (200): 41× size.');
    for (const outcome of OUTCOMES) expect(buildMessage(facts({ outcome }), options).outcome).not.toContain('probably');
  });

  it('leaves out what is not known', () => {
    const empty = facts({
      firstMs: undefined,
      lastMs: undefined,
      counts: { requests: 0, detections: 0, successes: 0 },
      families: [],
      rules: [],
      path: '',
    });
    expect(buildMessage(empty, options).facts).toEqual([]);
  });

  it('keeps lists short', () => {
    const { facts: labelled } = buildMessage(facts({ rules: Array.from({ length: 40 }, (_, index) => `r${index}`) }), options);
    expect(labelled.find(([label]) => label === 'Rules')?.[1]).toBe('r0, r1, r2, r3, r4 and 35 more');
  });
});

describe('the command that opens it in secmon', () => {
  it.each(['203.0.113.7', '203.0.113.0/24', '2001:db8::1', '2001:db8::/64'])('filters by %s', (actor) => {
    expect(openCommand(actor)).toBe(`Run secmon, press / and type ip:${actor}`);
  });

  it.each(['', 'root', 'evil; rm -rf x', '1.2.3.4/24; id', '1.2.3.4/24/7', 'fe80::1%$(id)', '203.0.113.7\nid'])(
    'holds nothing of %j',
    (actor) => {
      expect(openCommand(actor)).toBe('Run secmon');
    },
  );

  it('keeps its address readable in a message', () => {
    expect(renderText(message({ command: openCommand('203.0.113.7') }))).toContain('    Run secmon, press / and type ip:203.0.113.7\n');
  });
});

describe('next steps', () => {
  it('say something for every family and outcome, in short sentences, at most six', () => {
    for (const family of FAMILIES) {
      for (const outcome of OUTCOMES) {
        const steps = nextSteps(facts({ families: [family], outcome, success: outcome === 'answered' }));
        expect(steps.length).toBeGreaterThan(0);
        expect(steps.length).toBeLessThanOrEqual(6);
        for (const step of steps) expect(step).toMatch(/^[A-Z].{10,160}\.$/);
      }
    }
  });

  it('names the path of the family that a step is about, never that of another attack', () => {
    const both = facts({ families: ['sqli', 'webshell'], path: '/item', places: { sqli: '/item', webshell: '/up/s.php' }, success: true });
    expect(nextSteps(both).join(' ')).toContain('Take /up/s.php off the server');
    const unknown = facts({ families: ['webshell'], path: '/item', places: { sqli: '/item' }, success: true });
    expect(nextSteps(unknown).join(' ')).not.toContain('Take /item off');
  });

  it('do not send people looking for damage where the server refused', () => {
    expect(nextSteps(facts({ outcome: 'blocked', status: 403 }))).toEqual(['Block 203.0.113.7 at the firewall.']);
  });

  it('propose no firewall for a name that is no address', () => {
    expect(nextSteps(facts({ actor: 'evil; rm -rf x' })).join(' ')).not.toContain('firewall');
    expect(nextSteps(facts({ actor: '2001:db8::/64' })).join(' ')).toContain('Block 2001:db8::/64 at the firewall.');
  });
});

describe('the message as text', () => {
  it('reads like this', () => {
    expect(renderText(message())).toBe(
      `[HIGH] SQL injection on /item

The server answered it (200); whether it worked is open.

Who         203.0.113.7 (DE)
First seen  2026-03-02 00:00:00
Requests    12

Payload (decoded)
    1' union select name, password from users

What to do next
1. Check what /item answered.
2. Block 203.0.113.7 at the firewall.

Note
    please look

Seen on web1: access.log
Alert 0190a5c0-7e2b-7000-8000-000000000001
`,
    );
  });

  it('begins with what is new', () => {
    const thread = { key: 'i', sequence: 1, kind: 'succeeded' } as const;
    expect(renderHeadline(message({ thread }))).toBe('[HIGH] It succeeded: SQL injection on /item · 203.0.113.7 (DE)');
  });

  it('has a headline of at most 150 characters on one line', () => {
    expect(renderHeadline(message())).toBe('[HIGH] SQL injection on /item · 203.0.113.7 (DE)');
    expect(renderHeadline(message({ title: 'x\n'.repeat(500) })).length).toBeLessThanOrEqual(150);
  });
});
