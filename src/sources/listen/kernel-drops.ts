import { readFileSync } from 'node:fs';

const TABLES = ['/proc/net/udp', '/proc/net/udp6'];
const HEX_PORT = /^[0-9A-F]{8,32}:([0-9A-F]{4})$/;

/**
 * Datagrams that Linux dropped for sockets bound to this port since they were opened, because their buffer was full (the last column of /proc/net/udp,
 * proc_net(5)); 0 where that cannot be known.
 */
export function kernelDrops(port: number, read: (path: string) => string = (path) => readFileSync(path, 'utf8')): number {
  let drops = 0;
  for (const path of TABLES) {
    try {
      for (const line of read(path).split('\n')) drops += dropsOf(line, port);
    } catch {
      // No such table on this system.
    }
  }
  return drops;
}

function dropsOf(line: string, port: number): number {
  const columns = line.trim().split(/\s+/);
  const found = HEX_PORT.exec(columns[1] ?? '');
  if (found === null || Number.parseInt(found[1] ?? '', 16) !== port) return 0;
  const count = Number(columns.at(-1));
  return Number.isSafeInteger(count) ? count : 0;
}
