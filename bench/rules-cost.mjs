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
const DAY_MS = 86_400_000;
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
        export { createBehaviours } from './src/engine/behaviours.ts';
        export { silentIds, wantedIds } from './src/engine/rule-set.ts';
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

const {
  createDetector,
  createCombinedParser,
  createPipeline,
  createStatistics,
  createFeed,
  createIncidentTracker,
  createBehaviours,
  silentIds,
  wantedIds,
  systemClock,
} = await program();
const parser = () => createCombinedParser({ timeZone: 'UTC', nowMs: Date.now, isTrustedProxy: () => false });

const detectorOf = (set) => createDetector({ rules: set.rules, silent: silentIds(set), wanted: wantedIds(set) });
const trust = { ofClient: () => false, ofActor: () => false };

/** Everything that a line goes through once it was split off: parse, detect, correlate, count, hold. */
function replay(set, lines) {
  const statistics = createStatistics({ clock: systemClock });
  const incidents = createIncidentTracker({ newId: () => 'id' });
  const pipeline = createPipeline({
    detector: detectorOf(set),
    statistics,
    incidents,
    behaviours: createBehaviours({ correlations: set.correlations, incidents, trust }),
    isTrusted: trust.ofClient,
    feed: createFeed(),
    fallbackMs: () => 0,
  });
  const { parse } = parser();
  const times = lines.map((line) => parse(line).timeMs ?? 0);
  // Each round is a later day: a log that begins again would look like a clock that was set back.
  const spanMs = times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b)) + DAY_MS;
  let round = 0;
  return () => {
    let sequence = 0;
    const shiftMs = spanMs * round++;
    for (const line of lines) {
      const entry = parse(line);
      if (entry.timeMs !== undefined) entry.timeMs += shiftMs;
      pipeline.process(entry, { sourceId: 1, sourceName: 'bench', sequence: ++sequence });
    }
  };
}

function detectOnly(set, lines) {
  const { parse } = parser();
  const entries = lines.map(parse);
  const detector = detectorOf(set);
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

const pack = JSON.parse(await compileRules());
const silent = silentIds(pack);
const rules = pack.rules.filter(({ info }) => !silent.has(info.id));
/** Ten rules, evenly spread over the pack. */
const draw = (first) => ({
  rules: Array.from({ length: TEN }, (_, i) => rules[(first + Math.floor((i * rules.length) / TEN)) % rules.length]),
  correlations: [],
});
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

console.log(
  `${rules.length} rules and ${pack.correlations.length} correlations beside ten rules (median of ${DRAWS} choices of ten); least µs of CPU a line, median ratio`,
);
const report = (what, { mine, ten, limit }) => {
  const ratio = median(mine.map((cost, i) => cost / ten[i]));
  const verdict = limit === undefined ? '' : ratio <= limit ? `  (at most ${limit}: kept)` : `  (at most ${limit}: MISSED)`;
  const [least, leastOfTen] = [mine, ten].map((costs) => Math.min(...costs).toFixed(1));
  console.log(`${what.padEnd(44)} ${least.padStart(6)} beside ${leastOfTen.padStart(5)}  ${ratio.toFixed(2)}x${verdict}`);
  if (limit !== undefined && ratio > limit) process.exitCode = 1;
};
for (const [name, lines] of logs) {
  for (const [what, make, limit] of [
    ['replayed line', replay, LIMIT],
    ['detection alone', detectOnly, undefined],
  ]) {
    const sets = [{ rules, correlations: [] }, pack, ...Array.from({ length: DRAWS }, (_, i) => draw(i))];
    const competitors = sets.map((set) => make(set, lines));
    const rounds = measure(competitors, lines.length).slice(WARM_UP);
    const ten = rounds.map(([, , ...rest]) => median(rest));
    report(`${name}, ${what}, rules`, { mine: rounds.map(([first]) => first), ten, limit });
    report(`${name}, ${what}, with correlations`, { mine: rounds.map(([, second]) => second), ten, limit: undefined });
  }
}
