// Ink puts a frame together character by character; src/ui/terminal/ink-output.ts does it by plain concatenation wherever nothing overlaps.
// Ink does not export the class, so it is reached where the bundle reads its file, for exactly the version that was measured and tested.
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const INK_VERSION = '6.8.0';
const METHOD = '\n    get() {\n';

/** @returns {import('esbuild').Plugin} Fails the build when Ink is another version or its file reads differently. */
export function inkOutputPlugin() {
  return {
    name: 'ink-output',
    setup(build) {
      build.onLoad({ filter: /[\\/]ink[\\/]build[\\/]output\.js$/ }, async ({ path }) => {
        const { version } = JSON.parse(await readFile(join(dirname(path), '../package.json'), 'utf8'));
        const source = await readFile(path, 'utf8');
        if (version !== INK_VERSION)
          return { errors: [{ text: `ink ${version} is installed, but the faster Output is made for ${INK_VERSION}` }] };
        if (source.split(METHOD).length !== 2)
          return { errors: [{ text: 'ink/build/output.js has no single get() to put the faster one before' }] };
        const replacement = resolve(import.meta.dirname, '../src/ui/terminal/ink-output.ts');
        return { contents: withConcatenation(source, replacement), loader: 'js', resolveDir: dirname(path) };
      });
    },
  };
}

function withConcatenation(source, replacement) {
  const named = source.replace(
    METHOD,
    `\n    get() {\n        return concatenateOutput(this) ?? this.getByCells();\n    }\n    getByCells() {\n`,
  );
  return `import { concatenateOutput } from ${JSON.stringify(replacement)};\n${named}`;
}
