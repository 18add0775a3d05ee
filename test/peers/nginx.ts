import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../net/free-port.ts';

/** A `log_format` of JSON with the names that people usually give it (ngx_http_log_module, `escape=json`). */
const JSON_FORMAT = `log_format as_json escape=json '{"time":"$time_iso8601","remote_addr":"$remote_addr","request_method":"$request_method","request_uri":"$request_uri",'
  '"status":"$status","body_bytes_sent":"$body_bytes_sent","http_referer":"$http_referer","http_user_agent":"$http_user_agent","host":"$host","request_time":"$request_time"}';`;

export interface Nginx {
  readonly url: string;
  readonly accessLog: string;
  /** The same requests as JSON lines. */
  readonly jsonLog: string;
  readonly errorLog: string;
  /** One request by curl, which sends the target as it is. */
  get(target: string, headers?: readonly string[]): void;
  /** Opens the logs anew, as logrotate asks for. */
  reopen(): void;
  stop(): Promise<void>;
}

/** A real nginx with its own files in `folder`, serving a few pages; it writes `access.log` (combined), `access.json` and `error.log`. Fails where nginx is missing. */
export async function startNginx(folder: string): Promise<Nginx> {
  const port = await freePort();
  for (const name of ['html', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'html/index.html'), '<h1>hello</h1>');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp;`).join('\n');
  const conf = join(folder, 'nginx.conf');
  writeFileSync(
    conf,
    `pid ${folder}/nginx.pid; error_log ${folder}/error.log info; worker_processes 1; daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 64; }
http { ${temporary} ${JSON_FORMAT}
  access_log ${folder}/access.log combined; access_log ${folder}/access.json as_json;
  server { listen 127.0.0.1:${port}; root ${folder}/html; } }`,
  );
  const nginx = spawn('nginx', ['-c', conf, '-p', folder, '-e', join(folder, 'error.log')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  nginx.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const ended = new Promise<string>((resolve) => {
    nginx.on('error', (error) => resolve(error.message));
    nginx.on('exit', (code) => resolve(`it ended with code ${code}: ${said}`));
  });
  const url = `http://127.0.0.1:${port}`;
  let isUp = false;
  let failure = '';
  void ended.then((reason) => {
    failure = reason;
  });
  for (let i = 0; !isUp && failure === '' && i < 400; i++) {
    isUp = await fetch(url, { headers: { 'user-agent': 'is-it-up' } }).then(
      () => true,
      () => false,
    );
    if (!isUp) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (!isUp) throw new Error(`nginx does not run: ${failure || 'no answer'}`);
  return {
    url,
    accessLog: join(folder, 'access.log'),
    jsonLog: join(folder, 'access.json'),
    errorLog: join(folder, 'error.log'),
    get: (target, headers = []) =>
      void execFileSync('curl', ['-s', '-o', '/dev/null', '--path-as-is', ...headers.flatMap((h) => ['-H', h]), `${url}${target}`]),
    reopen: () => void execFileSync('nginx', ['-c', conf, '-p', folder, '-e', join(folder, 'error.log'), '-s', 'reopen']),
    async stop() {
      nginx.kill();
      await ended;
    },
  };
}
