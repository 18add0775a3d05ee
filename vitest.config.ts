import { defineConfig } from 'vitest/config';

const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

/** Tests of the whole program in a terminal run after the others and one file at a time: they watch a screen, which needs a core to itself. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/peers/**', 'test/e2e/**', 'test/commands/**', 'test/ui/terminal/**'],
          ...timeouts,
        },
      },
      {
        test: {
          name: 'program',
          include: ['test/e2e/**/*.test.ts', 'test/commands/**/*.test.ts', 'test/ui/terminal/**/*.test.{ts,tsx}'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...timeouts,
        },
      },
    ],
  },
});
