// Makes dist/: launcher (cli.js), program (main.js), engine thread (worker.js), compiled rules, third-party notices.
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { compileCatalogue, translations } from './scripts/compile-catalogues.mjs';
import { compileRules } from './scripts/compile-rules.mjs';
import { inkOutputPlugin } from './scripts/ink-output-plugin.mjs';
import { notices } from './scripts/notices.mjs';

const dist = new URL('dist/', import.meta.url).pathname;
const root = new URL('.', import.meta.url).pathname;

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/cli.ts', worker: 'src/engine/worker.ts', check: 'src/engine/checks/check-process.ts' },
  outdir: dist,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Each thread keeps the text of the program that it runs in memory.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  external: ['libsql'],
  alias: { 'react-devtools-core': './scripts/nothing.mjs' },
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  plugins: [inkOutputPlugin()],
});
// One character outside Latin-1, which esbuild leaves in regular expressions and templates, doubles the memory of a program's text.
const escaped = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
for (const output of Object.keys(result.metafile.outputs)) {
  const text = await readFile(`${root}${output}`, 'utf8');
  await writeFile(`${root}${output}`, text.replace(/[^\0-\x7f]/g, escaped));
}
await copyFile(new URL('src/launcher.js', import.meta.url), `${dist}cli.js`);
await chmod(`${dist}cli.js`, 0o755);
await copyFile(new URL('src/enrichment/countries.bin', import.meta.url), `${dist}countries.bin`);
await writeFile(`${dist}rules.json`, await compileRules());
for (const language of await translations()) await writeFile(`${dist}lang.${language}.json`, await compileCatalogue(language));
await writeFile(`${root}THIRD-PARTY-NOTICES`, notices(result.metafile, root));
