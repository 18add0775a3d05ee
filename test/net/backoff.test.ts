import { describe, expect, it } from 'vitest';
import { backoff } from '../../src/net/backoff.ts';

describe('backoff', () => {
  it('grows by the factor up to the longest delay', () => {
    const delays = backoff({ firstMs: 100, factor: 3, maxMs: 1000, jitter: 0, random: () => 0.5 });
    expect([delays.next(), delays.next(), delays.next(), delays.next()]).toEqual([100, 300, 900, 1000]);
  });

  it('takes away at most the jitter', () => {
    const chances = [0, 1, 0.5];
    const delays = backoff({ firstMs: 1000, factor: 1, maxMs: 1000, jitter: 0.2, random: () => chances.shift() ?? 0 });
    expect([delays.next(), delays.next(), delays.next()]).toEqual([1000, 800, 900]);
  });

  it('starts again after a reset', () => {
    const delays = backoff({ firstMs: 10, factor: 2, maxMs: 1e9, jitter: 0, random: () => 0 });
    delays.next();
    delays.next();
    delays.reset();
    expect(delays.next()).toBe(10);
  });

  it('stays finite after very many failures', () => {
    const delays = backoff({ firstMs: 1, factor: 10, maxMs: 60_000, jitter: 0, random: () => 0 });
    let last = 0;
    for (let i = 0; i < 5000; i += 1) last = delays.next();
    expect(last).toBe(60_000);
  });
});
