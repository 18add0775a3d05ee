// A crowd as a log: every line from an address that never came before, ten heavy hitters amid them. No randomness: the same lines each time.
// As a program it writes them: node bench/crowd.mjs ADDRESSES
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const START_MS = Date.UTC(2026, 2, 2);
const CHUNK_LINES = 2000;
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
];
const ATTACKS = ['/item?id=1%27+union+select+1,2,3--', '/?q=%3Cscript%3Ealert(1)%3C/script%3E', '/../../etc/passwd', '/.env'];
const two = (n) => String(n).padStart(2, '0');

/** The n-th of 2^24 addresses, in an order that jumps about (an odd factor is a permutation modulo a power of two). */
function addressOf(n) {
  const bits = Math.imul(n, 0x9e3779b1) & 0xffffff;
  return `${101 + (n >>> 24)}.${bits >>> 16}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** What the n-th of the crowd asks for: a page; of a `hostile` crowd of a hundred 7 miss one, 4 fail to log in, 3 attack. */
function requestOf(n, hostile) {
  const kind = hostile ? n % 100 : 0;
  if (kind < 86) return `"GET /articles/${n % 5000} HTTP/1.1" 200 ${3000 + (n % 977)}`;
  if (kind < 93) return `"GET /gone/${n} HTTP/1.1" 404 196`;
  if (kind < 97) return `"POST /login HTTP/1.1" 401 181`;
  return `"GET ${ATTACKS[kind % ATTACKS.length]} HTTP/1.1" 404 196`;
}

/** The ten that stand out and how many lines each sends, most first. */
export const heavyHitters = (count) =>
  Array.from({ length: 10 }, (_, i) => ({ address: `198.51.100.${10 + i}`, hits: Math.floor((count / 500) * (1 - i / 20)) }));

/**
 * Chunks of lines in combined format.
 * @param options.count distinct addresses (up to 16 million)
 * @param options.perSecond lines in a second of the log's time
 * @param options.hostile whether some of the crowd attack
 */
export function* crowd({ count, perSecond = 1400, hostile = false }) {
  const heavy = heavyHitters(count).map(({ address, hits }) => ({ address, every: count / hits, next: 0 }));
  let text = '';
  let lines = 0;
  let stamp = '';
  const add = (address, n, request) => {
    if (lines % perSecond === 0) {
      const t = new Date(START_MS + (lines / perSecond) * 1000);
      stamp = `[${two(t.getUTCDate())}/${MONTHS[t.getUTCMonth()]}/${t.getUTCFullYear()}:${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())} +0000]`;
    }
    text += `${address} - - ${stamp} ${request} "-" "${AGENTS[n % AGENTS.length]}"\n`;
    lines++;
  };
  for (let n = 0; n < count; n++) {
    add(addressOf(n), n, requestOf(n, hostile));
    for (const one of heavy) {
      if (n < one.next) continue;
      one.next += one.every;
      add(one.address, n, `"GET /articles/${n % 50} HTTP/1.1" 200 5120`);
    }
    if (lines % CHUNK_LINES !== 0) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.on('error', () => process.exit(0));
  for (const text of crowd({ count: Number(process.argv[2]) })) if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
