// What the whole rule pack adds to an ordinary line, beside ten rules, in one run: node bench/rules-cost.mjs
// Ordinary lines: the demo log's visitors, feed readers and crawlers, and a real blog's log where ../shared/corpora is there.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { compileRules } from '../scripts/compile-rules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Issue: at most 1.3 times what ten rules cost. */
const LIMIT = 1.3;
const TEN = 10;
const DRAWS = 3;
const ROUNDS = 14;
const WARM_UP = 3;
const ORDINARY = /^(?:198\.51\.100\.|2001:db8:51:|192\.0\.2\.)/;
const BLOG = `${root}../shared/corpora/benign-blog.log.gz`;

/** The program's own modules, as one that this Node can run. */
async function program() {
  const result = await build({
    stdin: {
      contents: `
        export { createDetector } from './src/detection/detect.ts';
        export { createCombinedParser } from './src/formats/combined.ts';
        export { createPipeline } from './src/engine/pipeline.ts';
        export { createStatistics } from './src/engine/statistics.ts';
        export { createFeed } from './src/engine/feed.ts';
        export { createIncidentTracker } from './src/incidents/tracker.ts';
        export { systemClock } from './src/clock/clock.ts';`,
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

const { createDetector, createCombinedParser, createPipeline, createStatistics, createFeed, createIncidentTracker, systemClock } =
  await program();
const parser = () => createCombinedParser({ timeZone: 'UTC', nowMs: Date.now, isTrustedProxy: () => false });

/** Everything that a line goes through once it was split off: parse, detect, count, hold. */
function replay(rules, lines) {
  const statistics = createStatistics({ clock: systemClock });
  const pipeline = createPipeline({
    detector: createDetector({ rules }),
    statistics,
    incidents: createIncidentTracker({ newId: () => 'id' }),
    feed: createFeed(),
    fallbackMs: () => 0,
  });
  const { parse } = parser();
  return () => {
    let sequence = 0;
    for (const line of lines) pipeline.process(parse(line), { sourceId: 1, sourceName: 'bench', sequence: ++sequence });
  };
}

function detectOnly(rules, lines) {
  const { parse } = parser();
  const entries = lines.map(parse);
  const detector = createDetector({ rules });
  return () => {
    for (const entry of entries) detector.detect(entry);
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** µs of CPU a line of each competitor in several rounds; they take turns, so that the noise of a shared machine hits all alike. */
function measure(runs, count) {
  return Array.from({ length: ROUNDS }, () =>
    runs.map((run) => {
      collectGarbage();
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / count;
    }),
  );
}

const rules = JSON.parse(await compileRules());
/** Ten rules, evenly spread over the pack. */
const draw = (first) => Array.from({ length: TEN }, (_, i) => rules[(first + Math.floor((i * rules.length) / TEN)) % rules.length]);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const logs = [
  [
    'demo log',
    readFileSync(`${root}demo-logs/access.log`, 'utf8')
      .split('\n')
      .filter((line) => ORDINARY.test(line)),
  ],
];
if (existsSync(BLOG)) logs.push(['blog', gunzipSync(readFileSync(BLOG)).toString().trim().split('\n')]);

console.log(`${rules.length} rules beside ten (median of ${DRAWS} choices of ten); least µs of CPU a line, median ratio`);
for (const [name, lines] of logs) {
  for (const [what, make, limit] of [
    ['replayed line', replay, LIMIT],
    ['detection alone', detectOnly, undefined],
  ]) {
    const competitors = [rules, ...Array.from({ length: DRAWS }, (_, i) => draw(i))].map((set) => make(set, lines));
    const rounds = measure(competitors, lines.length).slice(WARM_UP);
    const [pack, ten] = [rounds.map(([first]) => first), rounds.map(([, ...rest]) => median(rest))];
    const ratio = median(rounds.map((_, i) => pack[i] / ten[i]));
    const verdict = limit === undefined ? '' : ratio <= limit ? `  (at most ${limit}: kept)` : `  (at most ${limit}: MISSED)`;
    console.log(
      `${`${name}, ${what}`.padEnd(30)} ${Math.min(...pack)
        .toFixed(1)
        .padStart(6)} beside ${Math.min(...ten)
        .toFixed(1)
        .padStart(5)}  ${ratio.toFixed(2)}x${verdict}`,
    );
    if (limit !== undefined && ratio > limit) process.exitCode = 1;
  }
}
