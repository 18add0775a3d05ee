import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a client is told: where the site is for it, a folder of its own, and the host and port. */
export interface Errand {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly folder: string;
}

/** One real program that visits the site. */
export interface CrowdClient {
  readonly name: string;
  readonly isAttacker: boolean;
  /** Programs that must be there. */
  readonly needs: readonly string[];
  /** A shell script's text; it runs in the client's own folder and may end however it likes. */
  script(errand: Errand): string;
}

/** Names that guessing programs try, some of them real. */
const WORDS =
  'admin backup config db login old test tmp upload wp-admin static robots.txt dump.sql site.tar.gz private phpinfo.php server-status console manager shell.php .git/config .env .aws/credentials api/v1/users cgi-bin/test.cgi'.split(
    ' ',
  );
const words = (folder: string, count: number): string => {
  const path = join(folder, 'words');
  const more = Array.from({ length: count }, (_, i) => `guess${((i + 7) * 7919).toString(36)}`);
  writeFileSync(path, `${[...WORDS, ...more].join('\n')}\n`);
  return path;
};
const passwords = (folder: string, count: number): string => {
  const path = join(folder, 'secrets');
  writeFileSync(path, `${Array.from({ length: count }, (_, i) => `letmein${i}`).join('\n')}\n`);
  return path;
};

const attackers: readonly Omit<CrowdClient, 'isAttacker'>[] = [
  {
    name: 'sqlmap',
    needs: ['sqlmap'],
    script: ({ url }) => `sqlmap -u '${url}/item?id=7' --batch --flush-session --disable-coloring --technique BEU --tables`,
  },
  { name: 'ffuf', needs: ['ffuf'], script: ({ url, folder }) => `ffuf -s -t 4 -w ${words(folder, 300)} -u ${url}/FUZZ` },
  {
    name: 'hydra',
    needs: ['hydra'],
    script: ({ host, port, folder }) =>
      `hydra -l admin -P ${passwords(folder, 60)} -t 4 -I -s ${port} ${host} http-post-form '/wp-login.php:log=^USER^&pwd=^PASS^:F=incorrect'`,
  },
  {
    name: 'medusa',
    needs: ['medusa'],
    script: ({ host, port, folder }) => `medusa -h ${host} -n ${port} -u owner -P ${passwords(folder, 40)} -M http -m DIR:/private/ -t 2`,
  },
  {
    name: 'nmap',
    needs: ['nmap'],
    script: ({ host, port }) => `nmap -Pn -sT -p ${port} --script +http-enum,+http-shellshock,+http-methods,+http-sql-injection ${host}`,
  },
  {
    name: 'wapiti',
    needs: ['wapiti'],
    script: ({ url, folder }) =>
      `wapiti -u ${url}/ -m sql,exec,file,xss --flush-session --max-scan-time 40 --max-attack-time 15 -d 2 -v 0 -f txt -o ${folder}/found.txt`,
  },
  { name: 'dirb', needs: ['dirb'], script: ({ url, folder }) => `dirb ${url}/ ${words(folder, 300)} -S -r` },
  { name: 'gobuster', needs: ['gobuster'], script: ({ url, folder }) => `gobuster dir -q -t 4 -u ${url}/ -w ${words(folder, 300)}` },
  {
    name: 'wfuzz',
    needs: ['wfuzz'],
    script: ({ url, folder }) => `wfuzz -t 4 -z file,${words(folder, 200)} --hc 404 ${url}/view?file=../../../../FUZZ`,
  },
  { name: 'whatweb', needs: ['whatweb'], script: ({ url }) => `whatweb -q -a 4 ${url}/` },
  {
    name: 'slowhttptest',
    needs: ['slowhttptest'],
    script: ({ url }) => `slowhttptest -c 80 -H -i 20 -r 40 -l 15 -t GET -u ${url}/`,
  },
  { name: 'ab, flooding', needs: ['ab'], script: ({ url }) => `ab -q -n 4000 -c 20 '${url}/search?q=tea'` },
];

const NEWS = (folder: string, url: string): string => {
  writeFileSync(join(folder, 'urls'), `${url}/feed.xml\n`);
  return `for i in 1 2 3; do newsboat -u ${folder}/urls -c ${folder}/cache.db -x reload; sleep 3; done`;
};

const PACKAGES = (folder: string, url: string): string => {
  for (const name of ['lists/partial', 'cache/archives/partial', 'etc']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'etc/sources.list'), `deb [trusted=yes] ${url}/apt/ ./\n`);
  const set = [`Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}/cache`, 'Dir::Etc::sourceparts=-', 'APT::Sandbox::User=root'];
  return `apt-get update -o Dir::Etc::sourcelist=${folder}/etc/sources.list ${set.map((each) => `-o ${each}`).join(' ')}`;
};

const BROWSER = `chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --virtual-time-budget=3000 --dump-dom`;
const PAGES = ['/', '/item?id=7', '/search?q=green%20tea', '/docs?name=start', '/reviews?item=7'];

const ordinary: readonly Omit<CrowdClient, 'isAttacker'>[] = [
  {
    name: 'curl, a probe each half second',
    needs: ['curl'],
    script: ({ url }) => `for i in $(seq 80); do curl -s -o /dev/null ${url}/health; sleep 0.5; done`,
  },
  {
    name: 'a browser, and a password mistyped three times',
    needs: ['chromium', 'curl'],
    script: ({ url, folder }) =>
      [
        ...PAGES.map((page) => `${BROWSER} --user-data-dir=${folder}/profile '${url}${page}'`),
        ...[1, 2, 3].map(
          (i) => `curl -s -o /dev/null -A 'Mozilla/5.0 (X11; Linux x86_64) Firefox/124.0' -d 'user=jane&pass=x${i}' ${url}/login; sleep 2`,
        ),
      ].join('\n'),
  },
  { name: 'wget, a mirror', needs: ['wget'], script: ({ url }) => `wget -q -r -l 2 -nH --reject-regex '/(upload|fetch)' ${url}/` },
  { name: 'git', needs: ['git'], script: ({ url }) => `for i in 1 2 3; do git clone -q ${url}/shop.git copy-$i; sleep 2; done` },
  { name: 'apt', needs: ['apt-get'], script: ({ url, folder }) => PACKAGES(folder, url) },
  { name: 'newsboat', needs: ['newsboat'], script: ({ url, folder }) => NEWS(folder, url) },
  {
    name: 'cadaver, files by WebDAV',
    needs: ['cadaver'],
    script: ({ url }) =>
      `echo text > note.txt; printf 'mkcol box\\nput note.txt\\nmove note.txt box/note.txt\\nls\\nls box\\nget box/note.txt back.txt\\nrmcol box\\nquit\\n' | cadaver ${url}/dav/`,
  },
  { name: 'linkchecker', needs: ['linkchecker'], script: ({ url }) => `linkchecker -q --no-status --threads 2 -r 1 ${url}/` },
  {
    name: 'aria2, a file in pieces',
    needs: ['aria2c'],
    script: ({ url }) => `aria2c -q -x 8 -s 8 -k 1M --file-allocation=none ${url}/download/film.bin`,
  },
  {
    name: 'check_http of the monitoring plug-ins',
    needs: ['/usr/lib/nagios/plugins/check_http'],
    script: ({ host, port }) => `for i in $(seq 20); do /usr/lib/nagios/plugins/check_http -I ${host} -p ${port} -u /; sleep 2; done`,
  },
  {
    name: 'python, an application that polls',
    needs: ['python3'],
    script: ({ url }) =>
      `python3 -c "import time, urllib.request as u
for i in range(60):
    u.urlopen('${url}/api/price?id=%d' % (i % 80 + 1)).read(); time.sleep(0.5)"`,
  },
  {
    name: 'node, fetch',
    needs: ['node'],
    script: ({ url }) =>
      `node -e "(async () => { for (let i = 1; i <= 60; i++) { await fetch('${url}/item?id=' + i).then((r) => r.text()); await new Promise((go) => setTimeout(go, 300)); } })()"`,
  },
  {
    name: 'lynx, w3m and php, a few pages each',
    needs: ['lynx', 'w3m', 'php'],
    script: ({ url }) =>
      PAGES.flatMap((page) => [
        `lynx -dump '${url}${page}'`,
        `w3m -dump '${url}${page}'`,
        `php -r 'file_get_contents($argv[1]);' '${url}${page}'`,
      ]).join('\n'),
  },
  {
    name: 'perl, LWP, with an expired token',
    needs: ['perl', 'lwp-request'],
    script: ({ url }) => `for i in $(seq 20); do lwp-request -m GET -H 'Authorization: Bearer old' -d ${url}/private/; sleep 2; done`,
  },
  { name: 'ab, lightly', needs: ['ab'], script: ({ url }) => `ab -q -n 60 -c 2 ${url}/item?id=3` },
];

/** Everybody who visits the site at once. */
export const CROWD: readonly CrowdClient[] = [
  ...attackers.map((client) => ({ ...client, isAttacker: true })),
  ...ordinary.map((client) => ({ ...client, isAttacker: false })),
];
