import { expect, it } from 'vitest';
import { createAgentRotation } from '../../../src/engine/clients/agent-rotation.ts';
import type { Behaviour } from '../../../src/model/behaviour.ts';
import { EMPTY_ENTRY } from '../../../src/model/entry.ts';

/** What is told of `count` requests of one address, one a second. */
function rotation(count: number, request: (i: number) => { agent: string; target?: string; referer?: string }): Behaviour | undefined {
  let last: Behaviour | undefined;
  const watch = createAgentRotation((behaviour) => {
    last = behaviour;
  });
  for (let i = 0; i < count; i++) {
    const { agent, target = `/item?id=${i}`, referer = '' } = request(i);
    const entry = { ...EMPTY_ENTRY, kind: 'http' as const, method: 'GET', target, status: 200, userAgent: agent, referer };
    watch.saw(entry, i * 1000, '198.51.100.7');
  }
  return last;
}
const LONG = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ';
/** Browsers as people have them: one in seven has the commonest, and so on down (Zipf). */
const ofPeople = (i: number): string => `${LONG}Chrome/${Math.floor(120 ** (((i * 7919) % 1000) / 1000))}`;

it('one program behind two hundred user agents, all answered, is an incident of its address', () => {
  expect(rotation(200, (i) => ({ agent: `${LONG}Chrome/${i}` }))).toMatchObject({
    rule: { name: 'agent-rotation', severity: 'medium' },
    group: { 'c-ip': '198.51.100.7' },
    example: '/item',
  });
});

it('so is one that draws from a list of eighty', () => {
  expect(rotation(400, (i) => ({ agent: `${LONG}Chrome/${(i * 7) % 80}` }))).toBeDefined();
});

it.each<[string, Parameters<typeof rotation>[1]]>([
  ['many people whose common browsers are common', (i) => ({ agent: ofPeople(i) })],
  ['people whose browsers fetch what belongs to a page', (i) => ({ agent: `${LONG}Chrome/${i}`, target: i % 2 ? '/style.css' : '/' })],
  ['people who follow links', (i) => ({ agent: `${LONG}Chrome/${i}`, referer: i % 3 ? 'https://shop.example/' : '' })],
  ['an office of fifty machines that all poll at the same pace', (i) => ({ agent: `${LONG}Chrome/${i % 50}`, target: '/ticket/1' })],
  ['a program that names no user agent', () => ({ agent: '' })],
])('is not told of %s', (_, request) => {
  expect(rotation(600, request)).toBeUndefined();
});
