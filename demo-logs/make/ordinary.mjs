// Ordinary visitors: browsers, feed readers, crawlers, health probes. Runs until killed. usage: node ordinary.mjs SEED
import http from 'node:http';

let seed = Number(process.argv[2] ?? 1);
const random = () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const agent = new http.Agent({ keepAlive: true, timeout: 20_000 });
const SITE = 'http://shop.example';

const get = (from, ua, path, headers = {}, body) =>
  new Promise((done) => {
    const request = http.request(
      { host: '127.0.0.1', port: 80, localAddress: from, agent, path, method: body === undefined ? 'GET' : 'POST',
        headers: { Host: 'shop.example', 'User-Agent': ua, ...headers, ...(body && { 'Content-Length': Buffer.byteLength(body) }) } },
      (response) => response.resume().on('end', () => done(response.statusCode)),
    );
    request.on('error', () => done(0)).end(body);
  });

const chrome = (os, n) => `Mozilla/5.0 (${os}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${n}.0.0.0 Safari/537.36`;
const UAS = [
  chrome('Windows NT 10.0; Win64; x64', 133), chrome('Windows NT 10.0; Win64; x64', 132), chrome('Macintosh; Intel Mac OS X 10_15_7', 133),
  chrome('X11; Linux x86_64', 131), `${chrome('Windows NT 10.0; Win64; x64', 133)} Edg/133.0.0.0`, `${chrome('Windows NT 10.0; Win64; x64', 130)} Whale/4.30.291.11`,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:135.0) Gecko/20100101 Firefox/135.0',
  'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:134.0) Gecko/20100101 Firefox/134.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 KAKAOTALK 11.2.0',
  'Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Mobile Safari/537.36',
];
const WORDS = ['select a plan from the list', 'union station', "O'Reilly", 'drop shipping table lamp', '한국어 책', '녹차', 'fish & chips <b>',
  'script writing for tv', 'C++ / C#', '50% off', 'how to delete from cart', 'order by price', 'exec chair', "rock 'n' roll", 'cat and dog', '부채 선물', 'insert coin poster', '../ (folder icon)'];
const q = (word) => encodeURIComponent(word).replaceAll('%20', '+');
const pages = () => pick([
  '/', '/', '/about.html', '/products', '/products', `/products?page=${1 + Math.floor(random() * 5)}&sort=price`, `/item?id=${1 + Math.floor(random() * 60)}`,
  `/item?id=${1 + Math.floor(random() * 60)}&utm_source=newsletter&utm_campaign=spring-sale`, encodeURI('/상품/한국어-책'), encodeURI('/상품/녹차-세트'),
  `${encodeURI('/검색')}?q=${encodeURIComponent(pick(WORDS))}`, `/search?q=${q(pick(WORDS))}`, `/search?q=${q(pick(WORDS))}`, '/login', '/account', '/old-page.html',
]);

async function person(from, ua) {
  await sleep(random() * 25);
  let referer = pick(['-', 'https://www.google.com/', 'https://search.naver.com/search.naver?query=%ED%95%9C%EA%B5%AD%EC%96%B4+%EC%B1%85', '-']);
  let seen = 0;
  for (;;) {
    const path = pages();
    const head = { Accept: 'text/html', ...(referer !== '-' && { Referer: referer }) };
    await get(from, ua, path, head);
    referer = SITE + path;
    const parts = ['/assets/site.css', '/assets/shop.js', '/assets/logo.svg', `/assets/photo-${1 + (seen % 4)}.jpg`];
    // later pages: the browser revalidates one asset (304) and loads one picture
    for (const part of seen === 0 ? parts : [pick(parts)]) await get(from, ua, part, { Referer: referer, ...(seen > 0 && { 'If-Modified-Since': 'Thu, 31 Dec 2037 00:00:00 GMT' }) });
    if (seen === 0 && random() < 0.4) await get(from, ua, pick(['/favicon.ico', '/apple-touch-icon.png']), { Referer: referer });
    if (random() < 0.45) await get(from, ua, `/api/items?page=${1 + Math.floor(random() * 6)}`, { Referer: referer, Accept: 'application/json' });
    if (random() < 0.12) await get(from, ua, '/api/cart', { Referer: referer, 'Content-Type': 'application/json' }, '{"item":7}');
    if (path === '/login') {
      const form = (pass) => get(from, ua, '/login', { Referer: referer, Origin: SITE, 'Content-Type': 'application/x-www-form-urlencoded' }, `user=minji&pass=${pass}`);
      if (random() < 0.3) await form('7c4a8d09cb'); // a typo, then the right one
      await sleep(1);
      await form('7c4a8d09ca');
      await get(from, ua, '/account', { Referer: referer, Cookie: 'sid=1' });
    }
    seen += 1;
    await sleep(4 + random() * 11);
  }
}
async function every(seconds, from, ua, paths, headers) {
  await sleep(random() * seconds);
  for (let n = 0; ; n += 1) {
    await get(from, ua, paths[n % paths.length], headers);
    await sleep(seconds * (0.95 + random() * 0.1));
  }
}
for (let n = 0; n < 36; n += 1) person(`127.1.0.${20 + n * 5}`, UAS[n % UAS.length]); // -> 198.51.100.x
for (let n = 1; n <= 6; n += 1) person(`127.1.6.${n * 16}`, UAS[(n * 2) % UAS.length]); // -> 2001:db8:51::x
every(5, '127.3.0.10', 'ELB-HealthChecker/2.0', ['/health']);
every(10, '127.3.0.11', 'kube-probe/1.29', ['/health']);
every(30, '127.3.0.12', 'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', ['/']);
every(20, '127.3.0.21', 'Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers)', ['/feed.xml'], { 'If-None-Match': '"f1"' });
every(25, '127.3.0.22', 'NetNewsWire (RSS Reader; https://netnewswire.com/)', ['/feed.xml']);
every(4, '127.3.0.31', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', ['/robots.txt', ...Array.from({ length: 60 }, (_, n) => `/item?id=${n + 1}`)]);
every(6, '127.3.0.32', 'Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)', ['/robots.txt', encodeURI('/상품/한국어-책'), '/products', '/about.html', '/feed.xml']);
every(3, '127.3.0.41', 'okhttp/4.12.0', ['/api/items?page=1', '/api/items?page=2', '/api/cart']);
