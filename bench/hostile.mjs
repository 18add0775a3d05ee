// Milliseconds that one hostile line may take in detection: node bench/hostile.mjs. Each at most 20.
import { compileRules } from '../scripts/compile-rules.mjs';
import { program } from './program.mjs';

const LIMIT_MS = 20;
const BYTES = 65_536;

const { createDetector, createGateBook, gatesOf, EMPTY_ENTRY } = await program({
  'detection/detect.ts': ['createDetector'],
  'detection/sigma/gate-book.ts': ['createGateBook'],
  'detection/sigma/gates.ts': ['gatesOf'],
  'model/entry.ts': ['EMPTY_ENTRY'],
});
const { rules } = JSON.parse(await compileRules());
const detector = createDetector({ rules });
const request = (fields) => ({
  ...EMPTY_ENTRY,
  kind: 'http',
  method: 'GET',
  target: '/',
  protocol: 'HTTP/1.1',
  status: 200,
  bytes: 1,
  ...fields,
});

/** Every literal that the prefilter looks for, on one line. */
function everyLiteral() {
  const book = createGateBook();
  for (const rule of rules)
    for (const selection of Object.values(rule.selections))
      for (const items of selection) for (const item of items) for (const test of item.tests) book.numberOf(gatesOf(test));
  return book.prefilter().literals.join(' ').slice(0, BYTES);
}

const filled = (piece) => piece.repeat(Math.ceil(BYTES / piece.length)).slice(0, BYTES);
const nested = (text, times) => {
  let encoded = text;
  for (let i = 0; i < times; i++) encoded = encodeURIComponent(encoded);
  return encoded.slice(0, BYTES);
};
const baits = [
  '<script',
  '<a ',
  "'",
  '%25',
  '%2527',
  '../',
  '&#60;',
  '\\u003c',
  '/*',
  'select ',
  'union ',
  '${',
  '(',
  ' ',
  '"="',
  ' on',
  '|',
  ';',
  '`',
  '\u212a',
  '%00',
  '+',
  'a',
  '0',
  '://',
  "' or ",
  '{{',
  '%u0027',
];
const literals = everyLiteral();
const lines = [
  ...baits.map((bait) => [`64 KiB of ${JSON.stringify(bait)} in a value`, { target: `/?q=${filled(bait)}` }]),
  ...baits.slice(0, 12).map((bait) => [`64 KiB of ${JSON.stringify(bait)} in the user agent`, { userAgent: filled(bait) }]),
  [
    '10,000 parameters',
    {
      target: `/?${Array.from({ length: 10_000 }, (_, i) => `p${i}=1`)
        .join('&')
        .slice(0, BYTES)}`,
    },
  ],
  ['10,000 parameters of syntax', { target: `/?${filled("a='<&")}` }],
  ['256 parameters of 250 characters', { target: `/?${Array.from({ length: 256 }, (_, i) => `p${i}=${"' or (".repeat(41)}`).join('&')}` }],
  ['16 times percent-encoded', { target: `/?q=${nested("' union select <script>", 16)}` }],
  ['64 KiB of quotes, encoded 4 times', { target: `/?q=${nested("'<(", 4).repeat(2000).slice(0, BYTES)}` }],
  ['base64 of a long text', { target: `/?q=${Buffer.from("' or 1=1 -- ".repeat(1000)).toString('base64')}` }],
  ['every literal of the prefilter in the path', { target: `/${literals}` }],
  ['every literal of the prefilter in a value', { target: `/?q=${literals.replaceAll('&', '')}` }],
  ['every literal of the prefilter in the user agent', { userAgent: literals }],
];

/** Least of a few runs, on a text that is new each time, so that nothing is remembered. */
function milliseconds(fields) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 7; i++) {
    const start = process.cpuUsage();
    detector.detect(request(fields));
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

for (const [, fields] of lines) detector.detect(request(fields));
const timed = lines.map(([name, fields]) => [name, milliseconds(fields)]).sort(([, a], [, b]) => b - a);
console.log(`${timed.length} hostile lines of up to 64 KiB; the slowest (at most ${LIMIT_MS} ms each):`);
for (const [name, ms] of timed.slice(0, 10)) console.log(`${ms.toFixed(1).padStart(8)} ms  ${name}`);
if (timed.some(([, ms]) => ms > LIMIT_MS)) {
  console.log(`MISSED by ${timed.filter(([, ms]) => ms > LIMIT_MS).length}`);
  process.exitCode = 1;
}
