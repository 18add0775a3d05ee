import { defineConfig } from 'vitest/config';

/** What is waited for has nearly the time of its test: none may fail because a machine is slow. */
const timeouts = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 50_000 } } };

/** Tests of the whole program in a terminal run after the others: they watch a screen, and their terminals are slow while every core is busy. */
export default defineConfig({
  test: {
    // Every core: tests of programs wait more than they work.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/peers/**', 'test/e2e/**', 'test/ui/terminal/**'],
          ...timeouts,
        },
      },
      {
        test: {
          name: 'terminal',
          include: ['test/e2e/**/*.test.ts', 'test/ui/terminal/**/*.test.{ts,tsx}'],
          sequence: { groupOrder: 1 },
          ...timeouts,
        },
      },
    ],
  },
});
