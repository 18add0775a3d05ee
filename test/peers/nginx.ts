import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A free TCP port of the loopback address. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });

/** A real nginx with its own files in `folder`, serving a few pages; `access.log` is in its `combined` format. */
export async function startNginx(folder: string): Promise<{ url: string; accessLog: string; reopen(): void; stop(): void }> {
  const port = await freePort();
  for (const name of ['html', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'html/index.html'), '<h1>hello</h1>');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp;`).join('\n');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes 1; daemon off;
events { worker_connections 64; }
http { ${temporary} access_log ${folder}/access.log combined; server { listen 127.0.0.1:${port}; root ${folder}/html; } }`,
  );
  writeFileSync(join(folder, 'access.log'), '');
  const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 100; i++) {
    const up = await fetch(url)
      .then(() => true)
      .catch(() => false);
    if (up) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    accessLog: join(folder, 'access.log'),
    reopen: () => void execFileSync('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-s', 'reopen']),
    stop: () => void nginx.kill(),
  };
}
