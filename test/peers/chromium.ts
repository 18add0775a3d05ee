import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--hide-scrollbars',
  '--no-first-run',
  '--disable-extensions',
  '--disable-dev-shm-usage',
];

/** What a page is like in a frame of some width. */
export interface Measured {
  readonly scrollWidth: number;
  readonly title: string;
  /** Names of elements, each once. */
  readonly elements: readonly string[];
  /** Attributes that run code or load something, with their elements. */
  readonly risky: readonly string[];
  /** Set by any script that ran in the page. */
  readonly ran: boolean;
  /** Texts that reach over the right edge. */
  readonly cutOff: readonly string[];
  readonly text: string;
}

/** Runs in the measuring page; reads the framed report from outside, because its own policy lets no script run inside. */
const MEASURE = `(frame, width) => {
  const page = frame.contentWindow.document;
  const all = [...page.querySelectorAll('*')];
  const loads = (one, name) => /^(?:on|src|action|formaction)/i.test(name) || (name === 'href' && !one.getAttribute(name).startsWith('#'));
  const seen = (one) => one.children.length === 0 && one.textContent.trim() !== '' && one.getClientRects().length > 0;
  return {
    scrollWidth: page.documentElement.scrollWidth,
    title: page.title,
    elements: [...new Set(all.map((one) => one.localName))],
    risky: all.flatMap((one) => one.getAttributeNames().filter((name) => loads(one, name)).map((name) => one.localName + ' ' + name)),
    ran: frame.contentWindow.ran === true || window.ran === true,
    cutOff: all.filter((one) => seen(one) && one.getBoundingClientRect().right > width + 1).map((one) => one.textContent.slice(0, 60)),
    text: page.body.innerText,
  };
}`;

const harness = (width: number): string =>
  `<!doctype html><body style="margin:0"><iframe id="f" src="/page" style="border:0;width:${width}px;height:4000px"></iframe><pre id="out"></pre><script>
const frame = document.getElementById('f');
frame.addEventListener('load', () => { document.getElementById('out').textContent = encodeURIComponent(JSON.stringify((${MEASURE})(frame, ${width}))); });
</script>`;

/** A real Chromium, and a server on this machine that hands it one page. */
export interface Browser {
  measure(page: string, width: number): Promise<Measured>;
  /** The picture of the page at this size, as PNG written to `path`. */
  picture(page: string, options: { width: number; height: number; path: string; dark?: boolean }): Promise<void>;
  print(page: string, path: string): Promise<void>;
  /** Paths that were asked for beside the pages themselves. */
  readonly strayRequests: readonly string[];
  close(): Promise<void>;
}

export async function openBrowser(): Promise<Browser> {
  let page = '';
  let width = 0;
  const strayRequests: string[] = [];
  const running = new Set<ChildProcess>();
  const server: Server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.url === '/page') response.end(page);
    else if (request.url === '/') response.end(harness(width));
    else {
      if (request.url !== '/favicon.ico') strayRequests.push(request.url ?? '');
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const run = (args: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn('chromium', [...FLAGS, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text;
      });
      child.on('error', reject);
      child.on('close', (code) => {
        running.delete(child);
        if (code === 0) resolve(out);
        else reject(new Error(`chromium ended with ${code}: ${err.slice(-2_000)}`));
      });
    });

  return {
    async measure(own, ownWidth) {
      page = own;
      width = ownWidth;
      const dom = await run(['--virtual-time-budget=10000', '--dump-dom', `${url}/`]);
      const found = /<pre id="out">([^<]+)<\/pre>/.exec(dom)?.[1];
      if (found === undefined) throw new Error(`the page was not measured; the browser showed:\n${dom.slice(0, 2_000)}`);
      return JSON.parse(decodeURIComponent(found)) as Measured;
    },
    async picture(own, { width: w, height, path, dark = false }) {
      page = own;
      await run([
        `--window-size=${w},${height}`,
        `--screenshot=${path}`,
        ...(dark ? ['--blink-settings=preferredColorScheme=0'] : []),
        `${url}/page`,
      ]);
    },
    async print(own, path) {
      page = own;
      await run([`--print-to-pdf=${path}`, '--no-pdf-header-footer', `${url}/page`]);
    },
    strayRequests,
    async close() {
      for (const child of running) child.kill('SIGKILL');
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
