// Writes src/enrichment/countries.bin from two npm packages, downloaded with `npm pack` and unpacked:
//   node scripts/country-database.mjs <geo-whois-asn-country-mmdb>/package <asn-country>/package
// The first says which country uses an address. In its IPv6 part many networks of the Asian registry stand as Australia, where that registry
// has its seat; there the second, made from the registries' own statistics, is right, and wins. src/enrichment/country-table.ts reads the file.
import { readFileSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { Reader } from 'maxmind';

const OUT = fileURLToPath(new URL('../src/enrichment/countries.bin', import.meta.url));
const SEAT_OF_APNIC = 'AU';
/** Addresses for documentation (RFC 5737, RFC 3849) belong to no country. */
const NOWHERE_V4 = [0xc0000200, 0xc6336400, 0xcb007100];
const NOWHERE_V6 = 0x20010db8 * 2 ** 16;
/** IPv6 is kept in steps of /48, the smallest network that is announced; 2000::/3 is all that is given out. */
const V6_FIRST = 0x2000 * 2 ** 32;
const V6_END = 0x4000 * 2 ** 32;
const SAMPLES = 200_000;

const [geoFolder, statisticsFolder] = process.argv.slice(2);
if (!geoFolder || !statisticsFolder) throw new Error('expected two folders: geo-whois-asn-country-mmdb, asn-country');
const nameOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const geo = new Reader(readFileSync(join(geoFolder, 'geo-whois-asn-country.mmdb')));
const statistics = readStatistics(join(statisticsFolder, 'asn-country-ipv6.csv'));

const v4 = ranges({ first: 0, end: 2 ** 32, bits: 32, text: v4Text, country: countryOfV4 });
const v6 = ranges({ first: V6_FIRST, end: V6_END, bits: 48, text: v6Text, country: (_, found) => found });
const corrected = withStatistics(v6);
const codes = [...new Set([...v4, ...corrected].map(([, code]) => code).filter(Boolean))].sort();
write();
verify(await loadTable());

/** `[start, country][]` in rising order, neighbours of one country joined; the end is where the next begins. */
function ranges({ first, end, bits, text, country }) {
  const list = [];
  for (let at = first; at < end; ) {
    const [record, prefix] = geo.getWithPrefixLength(text(at));
    push(list, at, country(at, record?.country_code ?? ''));
    const size = 2 ** Math.max(0, bits - prefix);
    at = Math.floor(at / size) * size + size;
  }
  return list;
}

function push(list, start, code) {
  if (list.at(-1)?.[1] !== code) list.push([start, code]);
}

function countryOfV4(at, found) {
  return NOWHERE_V4.includes(at - (at % 256)) ? '' : found;
}

/** Overlays the registries' statistics on what stands as Australia, and blanks the documentation prefix. */
function withStatistics(list) {
  const edges = [...new Set([...list.map(([start]) => start), ...statistics.flatMap(({ start, end }) => [start, end])])];
  edges.push(NOWHERE_V6, NOWHERE_V6 + 2 ** 16);
  const out = [];
  for (const at of edges.filter((edge) => edge >= V6_FIRST && edge < V6_END).sort((a, b) => a - b)) push(out, at, v6Country(list, at));
  return out;
}

function v6Country(list, at) {
  if (at >= NOWHERE_V6 && at < NOWHERE_V6 + 2 ** 16) return '';
  const found = list[lastAtOrBelow(list, at, ([start]) => start)]?.[1] ?? '';
  if (found !== SEAT_OF_APNIC) return found;
  const entry = statistics[lastAtOrBelow(statistics, at, ({ start }) => start)];
  return entry && at < entry.end ? entry.code : found;
}

function lastAtOrBelow(list, at, key) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(list[middle]) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function readStatistics(path) {
  const rows = readFileSync(path, 'utf8').trim().split('\n');
  const entries = rows.map((row) => {
    const [first, last, code] = row.trim().split(',');
    return { start: v6Number(first), end: v6Number(last) + 1, code };
  });
  const sorted = entries.sort((a, b) => a.start - b.start);
  return sorted.filter(({ start }, i) => i === 0 || start >= sorted[i - 1].end);
}

/** The first 48 bits as a number. */
function v6Number(text) {
  const [head, tail] = text.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = (tail ?? '').split(':').filter(Boolean);
  const all = tail === undefined ? groups : [...groups, ...Array(8 - groups.length - rest.length).fill('0'), ...rest];
  return all.slice(0, 3).reduce((value, group) => value * 65_536 + Number.parseInt(group, 16), 0);
}

function v4Text(at) {
  return [24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join('.');
}

function v6Text(at) {
  return `${[32, 16, 0].map((shift) => (Math.floor(at / 2 ** shift) % 65_536).toString(16)).join(':')}::`;
}

function write() {
  const { name, version } = nameOf(geoFolder);
  const second = nameOf(statisticsFolder);
  const header = {
    format: 1,
    origin: `${name} ${version}, ${second.name} ${second.version}`,
    licence: 'CC BY 4.0, Number Resource Organization (nro.net)',
    date: geo.metadata.buildEpoch.toISOString().slice(0, 10),
    countries: codes.join(''),
    ipv4: v4.length,
    ipv6: corrected.length,
  };
  const payload = Buffer.concat([deltas(v4), places(v4), deltas(corrected), places(corrected)]);
  const packed = brotliCompressSync(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } });
  const file = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), packed]);
  writeFileSync(OUT, file);
  console.log(header, `${payload.length} bytes, ${file.length} compressed`);
}

/** Differences of the starts as unsigned LEB128. */
function deltas(list) {
  const bytes = [];
  let before = 0;
  for (const [start] of list) {
    let value = start - before;
    before = start;
    while (value >= 128) {
      bytes.push((value % 128) + 128);
      value = Math.floor(value / 128);
    }
    bytes.push(value);
  }
  return Buffer.from(bytes);
}

/** One byte a range: the country's place in the header, from 1; 0 is none. */
function places(list) {
  return Buffer.from(list.map(([, code]) => (code === '' ? 0 : codes.indexOf(code) + 1)));
}

/** The program's own reader, which is TypeScript, over the new file. */
async function loadTable() {
  const entryPoints = [fileURLToPath(new URL('../src/enrichment/country-table.ts', import.meta.url))];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, platform: 'node', format: 'esm' });
  const { countryTable } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
  return countryTable(readFileSync(OUT));
}

/** Random addresses, half IPv4 and half IPv6 near what is given out, must answer as the sources do. */
function verify(table) {
  for (let i = 0; i < SAMPLES; i += 1) {
    const text = i % 2 === 0 ? v4Text(Math.floor(Math.random() * 2 ** 32)) : v6Text(someV6());
    const expected = expectedOf(text);
    const got = table.countryOf(bytesOf(text));
    if (got !== expected) throw new Error(`${text}: expected ${expected || 'no country'}, got ${got || 'no country'}`);
  }
  console.log(`${SAMPLES} random addresses answer as in the sources`);
}

function someV6() {
  const { start, end } = statistics[Math.floor(Math.random() * statistics.length)];
  return Math.floor(start + Math.random() * (end - start) * 1.1);
}

function expectedOf(text) {
  const found = geo.get(text)?.country_code ?? '';
  if (isIPv4(text))
    return countryOfV4(
      bytesOf(text).reduce((value, byte) => value * 256 + byte, 0),
      found,
    );
  const at = v6Number(text);
  if (at >= NOWHERE_V6 && at < NOWHERE_V6 + 2 ** 16) return '';
  if (found !== SEAT_OF_APNIC) return found;
  return statistics.find(({ start, end }) => at >= start && at < end)?.code ?? found;
}

function bytesOf(text) {
  if (isIPv4(text)) return text.split('.').map(Number);
  const at = v6Number(text);
  return [40, 32, 24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).concat(Array(10).fill(0));
}
