import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../net/free-port.ts';

/** The outcome laboratory's shop behind a real nginx, with what ordinary clients come for: a feed, a git repository, packages, a large file, WebDAV. */
export interface CrowdSite {
  readonly port: number;
  readonly accessLog: string;
  /** Opens the site at the address: who connects there reaches nginx from that very address. */
  openDoor(address: string): Promise<void>;
  stop(): Promise<void>;
}

const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>Shop</title><link>/</link><description>News</description>
<item><title>Tea</title><link>/item?id=7</link><guid>1</guid><pubDate>Mon, 02 Mar 2026 09:00:00 +0000</pubDate></item></channel></rss>`;
const WEBDAV_MODULE = '/usr/lib/nginx/modules/ngx_http_dav_ext_module.so';

const git = (...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=shop', '-c', 'user.email=shop@example.com', ...args], { stdio: 'ignore' });

/** Files that nginx serves by itself. */
function writePublic(folder: string): void {
  const root = join(folder, 'public');
  for (const name of ['static', 'download', 'apt', 'dav', 'private']) mkdirSync(join(root, name), { recursive: true });
  for (const name of ['site.css', 'app.js', 'logo.svg']) writeFileSync(join(root, 'static', name), '/* */'.repeat(900));
  writeFileSync(join(root, 'robots.txt'), 'User-agent: *\nDisallow: /login\n');
  writeFileSync(join(root, 'feed.xml'), FEED);
  writeFileSync(join(root, 'health'), 'ok');
  writeFileSync(join(root, 'private/index.html'), 'members');
  writeFileSync(join(root, 'apt/Packages'), '');
  writeFileSync(join(root, 'download/film.bin'), randomBytes(24_000_000));
  writeFileSync(join(folder, 'passwords'), `owner:${execFileSync('openssl', ['passwd', '-apr1', 'a long one']).toString()}`);
  const work = join(folder, 'work');
  git('init', '-q', work);
  for (let i = 0; i < 3; i++) {
    writeFileSync(join(work, `file-${i}`), String(i));
    git('-C', work, 'add', '.');
    git('-C', work, 'commit', '-q', '-m', `step ${i}`);
  }
  git('clone', '-q', '--bare', work, join(root, 'shop.git'));
  git('-C', join(root, 'shop.git'), 'update-server-info');
}

/** What the laboratory's application reads. */
function writeApp(folder: string): void {
  for (const name of ['pages', 'uploads', 'bin', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['about', 'terms', 'press']) writeFileSync(join(folder, `pages/${name}.html`), `<h1>${name}</h1>`);
}

const nginxConf = (folder: string, port: number, appPort: number): string => `load_module ${WEBDAV_MODULE};
pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes 1; daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp;`).join(' ')}
  types { text/html html; text/css css; text/javascript js; image/svg+xml svg; text/plain txt; application/rss+xml xml; }
  access_log ${folder}/access.log combined;
  client_header_timeout 4s; client_body_timeout 4s;
  server {
    listen 127.0.0.1:${port} backlog=1024; root ${folder}/public;
    location / { try_files $uri @app; }
    location = / { try_files /none @app; }
    location = /wp-login.php { default_type text/html; return 200 '<form method=post>Error: the password is incorrect.</form>'; }
    location /private/ { auth_basic members; auth_basic_user_file ${folder}/passwords; }
    location /dav/ { dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS; autoindex on; }
    location @app { proxy_pass http://127.0.0.1:${appPort}; proxy_set_header X-Request-Id $request_id; }
  }
}`;

/** A listener at the address that hands on what it gets from there. */
const door = (address: string, port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const site = connect({ host: '127.0.0.1', port, localAddress: address, allowHalfOpen: true });
      client.pipe(site).pipe(client);
      for (const [one, other] of [
        [client, site],
        [site, client],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroySoon());
      }
    });
    server.once('error', reject);
    server.listen({ host: address, port, backlog: 1024 }, () => resolve(server));
  });

const answers = async (url: string): Promise<boolean> =>
  fetch(url, { headers: { 'user-agent': 'is-it-up' } }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Starts the site in an empty folder. Fails where nginx, its WebDAV module, git, openssl or python3 is missing. */
export async function startCrowdSite(folder: string): Promise<CrowdSite> {
  const [port, appPort] = [await freePort(), await freePort()];
  writePublic(folder);
  writeApp(folder);
  const conf = join(folder, 'nginx.conf');
  writeFileSync(conf, nginxConf(folder, port, appPort));
  const app = join(import.meta.dirname, '../outcome-lab/app.py');
  const children = [
    spawn('python3', [app, String(appPort), folder, `http://127.0.0.1:${port}`, '1'], { stdio: 'ignore' }),
    spawn('nginx', ['-c', conf, '-p', folder, '-e', join(folder, 'error.log')], { stdio: 'ignore' }),
  ];
  const ended = children.map((child) => new Promise<void>((resolve) => child.on('exit', () => resolve()).on('error', () => resolve())));
  for (let i = 0; !(await answers(`http://127.0.0.1:${port}/`)); i++) {
    if (i > 400) throw new Error('the site does not run: nginx with its WebDAV module or python3 is missing');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const doors: Server[] = [];
  return {
    port,
    accessLog: join(folder, 'access.log'),
    openDoor: async (address) => void doors.push(await door(address, port)),
    async stop() {
      for (const each of doors) each.close();
      for (const child of children) child.kill();
      await Promise.all(ended);
    },
  };
}
