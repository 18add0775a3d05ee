import type { Plugin } from 'esbuild';

/** Fails the build when Ink is another version or its file reads differently. */
export function inkOutputPlugin(): Plugin;
