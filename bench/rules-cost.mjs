// What the whole rule pack adds to an ordinary line, beside ten rules, in one run: node bench/rules-cost.mjs
// Ordinary lines: the demo log's visitors, feed readers and crawlers, and a real blog's log where ../shared/corpora is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { compileRules } from '../scripts/compile-rules.mjs';
import { program, root } from './program.mjs';

/** Issue: at most 1.3 times what ten rules cost. */
const LIMIT = 1.3;
const TEN = 10;
const DRAWS = 3;
const ROUNDS = 14;
const WARM_UP = 3;
const TURNS = 3;
const DAY_MS = 86_400_000;
const ORDINARY = /^(?:198\.51\.100\.|2001:db8:51:|192\.0\.2\.)/;
const BLOG = `${root}../shared/corpora/benign-blog.log.gz`;

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
} = await program({
  'detection/detect.ts': ['createDetector'],
  'formats/combined.ts': ['createCombinedParser'],
  'engine/pipeline.ts': ['createPipeline'],
  'engine/statistics.ts': ['createStatistics'],
  'engine/feed/feed.ts': ['createFeed'],
  'incidents/tracker.ts': ['createIncidentTracker'],
  'engine/behaviours.ts': ['createBehaviours'],
  'engine/rules/rule-set.ts': ['silentIds', 'wantedIds'],
  'clock/clock.ts': ['systemClock'],
});
const parser = () => createCombinedParser({ timeZone: 'UTC', nowMs: Date.now, isTrustedProxy: () => false });

const detectorOf = (set) => createDetector({ rules: set.rules, silent: silentIds(set), wanted: wantedIds(set) });
const trust = { ofClient: () => false, ofActor: () => false, isPretended: () => false };

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

const sets = {
  rules: { rules, correlations: [] },
  pack,
  ...Object.fromEntries(Array.from({ length: DRAWS }, (_, i) => [`ten ${i}`, draw(i)])),
};
const ways = { 'replayed line': replay, 'detection alone': detectOnly };

/** Least µs of CPU a line of several rounds, in this process. */
function least(run, count) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    if (round >= WARM_UP) best = Math.min(best, (user + system) / count);
  }
  return best;
}

const [, , log, way, set] = process.argv;
if (set !== undefined) {
  const lines = logs.find(([name]) => name === log)[1];
  console.log(least(ways[way](sets[set], lines), lines.length));
  process.exit();
}

/** Each competitor has a process of its own, so that none pays for another's garbage; they take turns, so that the noise of a shared machine hits all alike. */
function measured(log, way) {
  const costs = {};
  for (let turn = 0; turn < TURNS; turn++)
    for (const name of Object.keys(sets)) {
      const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), log, way, name], { encoding: 'utf8' });
      if (child.status !== 0) throw new Error(child.stderr.slice(-2000));
      costs[name] = Math.min(costs[name] ?? Number.POSITIVE_INFINITY, Number(child.stdout));
    }
  return costs;
}

console.log(
  `${rules.length} rules and ${pack.correlations.length} correlations beside ten rules (median of ${DRAWS} choices of ten); least µs of CPU a line`,
);
for (const [log] of logs)
  for (const way of Object.keys(ways)) {
    const { rules: own, pack: all, ...tens } = measured(log, way);
    const ten = median(Object.values(tens));
    for (const [what, cost, limit] of [
      ['rules', own, way === 'replayed line' ? LIMIT : undefined],
      ['with correlations', all, undefined],
    ]) {
      const ratio = cost / ten;
      const verdict = limit === undefined ? '' : ratio <= limit ? `  (at most ${limit}: kept)` : `  (at most ${limit}: MISSED)`;
      console.log(
        `${`${log}, ${way}, ${what}`.padEnd(44)} ${cost.toFixed(1).padStart(6)} beside ${ten.toFixed(1).padStart(5)}  ${ratio.toFixed(2)}x${verdict}`,
      );
      if (limit !== undefined && ratio > limit) process.exitCode = 1;
    }
  }
