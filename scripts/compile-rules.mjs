// Compiles src/detection/rules/**/*.yml and src/incidents/rules/**/*.yml to the JSON that readRuleSet() reads.
// `node scripts/compile-rules.mjs --verdicts` asks recheck about patterns that it was not asked about yet, and keeps its answers.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const rulesDirs = [`${root}src/detection/rules`, `${root}src/incidents/rules`];
const verdictsFile = `${root}src/detection/regex-verdicts.generated.json`;

/** Longer patterns take recheck very long; they run in re2. */
const LONGEST_CHECKED = 300;

/** The rule loader, which is TypeScript, as a module that this Node can run. */
async function loader() {
  const result = await build({
    stdin: {
      contents: "export { loadRuleSet } from './src/engine/rules/rule-set.ts'; export { verdictKey } from './src/detection/regex.ts';",
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${JSON.stringify(import.meta.url)});`,
    },
  });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].text).toString('base64')}`);
}

async function ruleFiles(dir) {
  const names = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.yml')).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(`${dir}/${name}`, 'utf8') })));
}

const allRuleFiles = async () => (await Promise.all(rulesDirs.map(ruleFiles))).flat();

/** Compiled rules and correlations as JSON text; throws when one is refused. */
export async function compileRules() {
  const { loadRuleSet, verdictKey } = await loader();
  const linear = new Set(JSON.parse(await readFile(verdictsFile, 'utf8')).linear);
  const isLinear = (source, flags) => linear.has(verdictKey(source, flags));
  const { rules, correlations, refused } = await loadRuleSet(await allRuleFiles(), undefined, isLinear);
  if (refused.length > 0) throw new Error(refused.map((each) => `${each.file}:${each.line}: ${each.reason}`).join('\n'));
  return JSON.stringify({ rules, correlations });
}

/** Asks recheck about every pattern of the rules; `linear` are those proved so, `other` the rest, which run in re2. */
async function updateVerdicts() {
  const { loadRuleSet, verdictKey } = await loader();
  process.env.RECHECK_BACKEND = 'pure';
  const { checkSync } = await import('recheck');
  const known = JSON.parse(await readFile(verdictsFile, 'utf8').catch(() => '{"linear":[],"other":[]}'));
  const linear = new Set(known.linear);
  const other = new Set(known.other);
  const seen = new Map();
  await loadRuleSet(await allRuleFiles(), undefined, (source, flags) => seen.set(verdictKey(source, flags), [source, flags]) !== undefined);
  const kept = (set) => [...set].filter((key) => seen.has(key)).sort();
  const save = () => writeFile(verdictsFile, `${JSON.stringify({ linear: kept(linear), other: kept(other) }, null, 1)}\n`);
  for (const [key, [source, flags]] of seen) {
    if (linear.has(key) || other.has(key)) continue;
    (source.length <= LONGEST_CHECKED && isProvedLinear(checkSync, source, flags) ? linear : other).add(key);
    await save();
  }
  await save();
  console.log(`${kept(linear).length} patterns proved linear, ${kept(other).length} run in re2`);
}

function isProvedLinear(checkSync, source, flags) {
  try {
    const { status, complexity } = checkSync(source, flags, { timeout: 1500, checker: 'automaton' });
    return status === 'safe' && (complexity.type === 'linear' || complexity.type === 'safe');
  } catch {
    return false;
  }
}

if (process.argv[2] === '--verdicts') await updateVerdicts();
