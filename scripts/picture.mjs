// Makes docs/screen.svg from the running program: node scripts/picture.mjs [SECONDS] [COLUMNSxROWS] [KEYS] [FILE]
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import xterm from '@xterm/headless';

const [seconds = '38', size = '120x36', keys = '', file = 'docs/screen.svg'] = process.argv.slice(2);
const [columns, rows] = size.split('x').map(Number);
const CELL = { width: 8.4, height: 18 };
const ANSI = ['#1c1c1c', '#d75f5f', '#87af5f', '#d7af5f', '#5f87d7', '#af87d7', '#5fafaf', '#d0d0d0'];
const GROUND = '#0d1117';

const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
const env = { ...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8', CI: '', TZ: 'UTC' };
const child = spawn('script', ['-qefc', `stty cols ${columns} rows ${rows}; node dist/cli.js demo`, '/dev/null'], {
  env,
  stdio: ['pipe', 'pipe', 'inherit'],
});
child.stdout.on('data', (chunk) => terminal.write(chunk));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
await wait(Number(seconds) * 1000);
for (const key of keys) {
  child.stdin.write(key);
  await wait(700);
}
await new Promise((resolve) => terminal.write('', resolve));

const hex = (n) => `#${n.toString(16).padStart(6, '0')}`;
const colour = (isRgb, isPalette, value, fallback) => (isRgb ? hex(value) : isPalette ? (ANSI[value % 8] ?? fallback) : fallback);
const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Block elements are drawn as rectangles: fonts leave gaps between them. */
function block(code, x, y) {
  if (code >= 0x2581 && code <= 0x2588) {
    const height = (CELL.height * (code - 0x2580)) / 8;
    return { x, y: y + CELL.height - height, width: CELL.width, height };
  }
  if (code >= 0x2589 && code <= 0x258f) return { x, y, width: (CELL.width * (0x2590 - code)) / 8, height: CELL.height };
  return undefined;
}
const rect = (r, fill) =>
  `<rect x="${r.x.toFixed(1)}" y="${r.y.toFixed(1)}" width="${(r.width + 0.3).toFixed(1)}" height="${(r.height + 0.3).toFixed(1)}" fill="${fill}"/>`;

const out = [];
for (let row = 0; row < rows; row++) {
  const line = terminal.buffer.active.getLine(row);
  for (let column = 0; column < columns; column++) {
    const cell = line?.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const fg = colour(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor(), '#d0d0d0');
    const bg = colour(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor(), GROUND);
    const [x, y] = [column * CELL.width, row * CELL.height];
    if (bg !== GROUND) out.push(rect({ x, y, width: CELL.width * cell.getWidth(), height: CELL.height }, bg));
    const text = cell.getChars();
    if (text.trim() === '') continue;
    const shape = block(text.codePointAt(0), x, y);
    if (shape) out.push(rect(shape, fg));
    else
      out.push(
        `<text x="${x.toFixed(1)}" y="${(y + 13.5).toFixed(1)}" fill="${fg}"${cell.isBold() ? ' font-weight="bold"' : ''}>${escaped(text)}</text>`,
      );
  }
}
const width = columns * CELL.width;
const height = rows * CELL.height;
writeFileSync(
  file,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13.5"><title>secmon, live, on the logs of demo-logs/</title><rect width="100%" height="100%" fill="${GROUND}"/>${out.join('')}</svg>\n`,
);
child.stdin.write('q');
child.on('exit', () => process.exit(0));
setTimeout(() => process.exit(0), 3000);
