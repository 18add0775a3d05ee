import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { ecsDetection, ecsIncident } from '../../src/ecs/ecs.ts';
import type { Outcome } from '../../src/model/detection.ts';
import type { EntryKind } from '../../src/model/entry.ts';
import { incident as anyIncident, detection, entry } from '../make.ts';

const PLACE = { sequence: 17, source: 'access.log', fallbackMs: Date.UTC(2026, 2, 3) };
const wire = (document: object) => JSON.parse(JSON.stringify(document));

const incident = anyIncident({
  id: 'b7a1',
  actor: '203.0.113.66',
  sources: ['access.log', 'auth.log'],
  startMs: Date.UTC(2026, 2, 2),
  endMs: Date.UTC(2026, 2, 2, 0, 5),
  severity: 'critical',
  risk: 93,
  detections: 12,
  successes: 1,
  entries: 40,
  families: { sqli: 11, webshell: 1 },
  rules: { 'sqli-union-select': 11, 'webshell-name': 1 },
  stage: 'control',
  title: 'SQL injection, then a web shell',
  state: 'new',
});

describe('a detection on the wire', () => {
  test('has the names of the Elastic Common Schema that the design lists', () => {
    const made = detection('sqli', 'high', {
      entry: entry({
        raw: '<raw line>',
        target: '/item?id=1%27+union+select',
        userAgent: 'agent',
        host: 'shop.example',
        referer: 'https://a.example/',
        user: 'alice',
      }),
      outcome: 'answered',
    });
    expect(wire(ecsDetection(made, PLACE))).toEqual({
      '@timestamp': '2026-03-02T00:00:00.000Z',
      ecs: { version: '8.17.0' },
      observer: { hostname: hostname(), product: 'secmon', type: 'ids' },
      event: {
        kind: 'alert',
        type: ['info'],
        dataset: 'secmon.detection',
        category: ['intrusion_detection', 'web'],
        severity: 73,
        outcome: 'unknown',
        sequence: 17,
        original: '<raw line>',
      },
      source: { ip: '198.51.100.7', address: '198.51.100.7' },
      user: { name: 'alice' },
      http: { request: { method: 'GET', referrer: 'https://a.example/' }, response: { status_code: 200, body: { bytes: 512 } } },
      url: { original: '/item?id=1%27+union+select', domain: 'shop.example' },
      user_agent: { original: 'agent' },
      rule: { id: ['sqli-id'], name: ['sqli-rule'], category: ['sqli'] },
      threat: { technique: { id: ['T1190'] } },
      log: { file: { path: 'access.log' } },
      secmon: { outcome: 'answered', matches: [{ rule: 'sqli-id', field: 'cs-uri-query', view: ['percent'], text: 'payload' }] },
    });
  });

  test('leaves out what a line does not tell', () => {
    const plain = entry({
      kind: 'plain',
      address: '',
      method: '',
      target: '',
      status: 0,
      bytes: -1,
      message: 'a security notice',
      timeMs: undefined,
    });
    const document = wire(ecsDetection(detection('auth', 'low', { entry: plain, outcome: 'none' }), PLACE));
    expect(document).toMatchObject({ '@timestamp': '2026-03-03T00:00:00.000Z', message: 'a security notice', event: { severity: 21 } });
    for (const name of ['source', 'http', 'url', 'user_agent', 'user']) expect(document).not.toHaveProperty(name);
  });

  test.each<[Outcome, boolean, string]>([
    ['blocked', false, 'failure'],
    ['refused', false, 'failure'],
    ['redirected', false, 'unknown'],
    ['abandoned', false, 'unknown'],
    ['error', false, 'unknown'],
    ['answered', false, 'unknown'],
    ['none', false, 'unknown'],
    ['answered', true, 'success'],
    ['abandoned', true, 'success'],
  ])('outcome %s (success: %s) is %s to ECS', (outcome, success, expected) => {
    const document = wire(ecsDetection(detection('sqli', 'high', { outcome, success, note: success ? '41× size' : '' }), PLACE));
    expect(document).toMatchObject({ event: { outcome: expected }, secmon: { outcome } });
    expect(document.secmon.success).toBe(success ? true : undefined);
    expect(document.secmon.note).toBe(success ? '41× size' : undefined);
  });

  test.each<[EntryKind, string[]]>([
    ['http', ['intrusion_detection', 'web']],
    ['web-error', ['intrusion_detection', 'web']],
    ['sshd', ['intrusion_detection', 'authentication']],
    ['fail2ban', ['intrusion_detection', 'authentication']],
    ['application', ['intrusion_detection']],
    ['plain', ['intrusion_detection']],
  ])('a line of kind %s has the categories %j', (kind, category) => {
    expect(wire(ecsDetection(detection('auth', 'low', { entry: entry({ kind }) }), PLACE))).toMatchObject({ event: { category } });
  });

  test.each([
    ['198.51.100.7', { ip: '198.51.100.7', address: '198.51.100.7' }],
    ['2001:db8::1', { ip: '2001:db8::1', address: '2001:db8::1' }],
    ['web.example', { address: 'web.example' }],
    ['unix:', { address: 'unix:' }],
  ])('the peer %s is a source', (address, source) => {
    expect(wire(ecsDetection(detection('sqli', 'high', { entry: entry({ address }) }), PLACE))).toHaveProperty('source', source);
  });

  test('is one line whatever the log line holds, lone surrogates and line separators included', () => {
    const hostile = `a\nb\u2028c\ud800d\u0000e"`;
    const text = JSON.stringify(
      ecsDetection(detection('sqli', 'high', { entry: entry({ raw: hostile, target: hostile, userAgent: hostile }) }), PLACE),
    );
    expect(text).not.toMatch(/[\n\r\u0000]/);
    expect(text).not.toMatch(/\ud800/);
    expect(JSON.parse(text).event.original).toBe(hostile);
  });
});

describe('an incident on the wire', () => {
  test('has its span, its risk, all its rules and how many entries', () => {
    expect(wire(ecsIncident(incident))).toMatchObject({
      '@timestamp': '2026-03-02T00:05:00.000Z',
      event: {
        dataset: 'secmon.incident',
        id: 'b7a1',
        severity: 99,
        outcome: 'success',
        start: '2026-03-02T00:00:00.000Z',
        end: '2026-03-02T00:05:00.000Z',
      },
      source: { ip: '203.0.113.66', address: '203.0.113.66' },
      rule: { id: ['sqli-union-select', 'webshell-name'], category: ['sqli', 'webshell'] },
      secmon: { risk: 93, entries: 40, detections: 12, successes: 1, stage: 'control', state: 'new' },
    });
  });

  test('of an IPv6 network is told by the network’s address', () => {
    expect(wire(ecsIncident({ ...incident, actor: '2001:db8:51::/64', successes: 0 }))).toMatchObject({
      source: { ip: '2001:db8:51::' },
      event: { outcome: 'unknown' },
    });
  });
});
