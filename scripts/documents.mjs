// Writes the generated parts of docs/screen.md and docs/configuration.md: node scripts/documents.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const result = await build({
  stdin: { contents: "export { documents } from './test/documents.ts';", resolveDir: root, loader: 'ts' },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  jsx: 'automatic',
  external: ['ink', 'react', 'zod', 'yaml', 'nodemailer'],
  outfile: `${root}dist/documents.mjs`,
});
writeFileSync(`${root}dist/documents.mjs`, result.outputFiles[0].text);
const { documents } = await import(`${root}dist/documents.mjs`);
for (const [file, text] of await documents((path) => readFileSync(`${root}${path}`, 'utf8'))) writeFileSync(`${root}${file}`, text);
