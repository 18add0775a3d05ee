import { isIP } from 'node:net';
import { t } from '../lang/lang.ts';

/** Where metrics are served. */
export interface MetricsAddress {
  /** An address, or `localhost`. */
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15}|localhost)):(\d{1,5})$/;

/**
 * Reads `127.0.0.1:9123`, `[::1]:9123` or `localhost:9123`; the problem, otherwise. Metrics name logs, rules and destinations to whoever
 * asks: an address that other machines reach needs `isOpen`.
 */
export function parseMetricsAddress(text: string, isOpen: boolean): MetricsAddress | { readonly problem: string } {
  const [, six, four, portText] = ADDRESS.exec(text) ?? [];
  const host = six ?? four ?? '';
  const port = Number(portText);
  const isRight = host === 'localhost' || isIP(host) === (six === undefined ? 4 : 6);
  if (!isRight || !(port >= 1 && port <= 65_535))
    return { problem: t('expected an address and a port such as 127.0.0.1:9123, got "{text}"', { text }) };
  if (!isOpen && !isLoopback(host))
    return {
      problem: t('{host} is reached from other machines, and everybody there could read the metrics: take 127.0.0.1, or say --insecure', {
        host,
      }),
    };
  return { host, port };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
