import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export async function compileRules(root) {
  const out = await build({ entryPoints: [new URL('../src/detection/sigma/load.ts', import.meta.url).pathname], bundle: true, platform: 'node', format: 'esm', write: false, banner: { js: "import { createRequire as __c } from 'node:module'; const require = __c(process.cwd() + '/x.js');" } });
  const { loadRules } = await import(`data:text/javascript;base64,${Buffer.from(out.outputFiles[0].contents).toString('base64')}`);
  const rules = [];
  for (const file of readdirSync(root, { recursive: true }).filter((f) => f.endsWith('.yml')).sort()) {
    const loaded = loadRules(readFileSync(join(root, file), 'utf8'), { file, isLinear: () => true });
    for (const r of loaded.refused) throw new Error(`${r.file}:${r.line}: ${r.reason}`);
    rules.push(...loaded.rules);
  }
  return JSON.stringify(rules);
}
