import type { MetricsAddress } from '../../metrics/address.ts';
import { MetricsError, type MetricsServer, serveMetrics } from '../../metrics/server.ts';
import type { Notices } from '../notices.ts';
import { createMetrics, type MetricsCounters, type MetricsParts } from './metrics.ts';

/** An address at which metrics can be served, before anybody is told. */
export interface PreparedMetrics {
  /** Serves there from now on, and nowhere else. */
  apply(): Promise<void>;
  /** Leaves everything as it was. */
  cancel(): Promise<void>;
}

/** Where metrics are served, which may change while the engine runs. */
export interface MetricsDesk {
  /** Undefined while nobody can ask; what was counted before goes on when somebody can again. */
  counters(): MetricsCounters | undefined;
  /** Rejects with {@link MetricsError} when metrics cannot be served there. */
  prepare(address: MetricsAddress | undefined): Promise<PreparedMetrics>;
  close(): Promise<void>;
}

export interface MetricsDeskParts extends MetricsParts {
  /** Beside another secmon an address that is taken is only said. */
  readonly isSecond: boolean;
  readonly notices: Notices;
}

const isSame = (a: MetricsAddress | undefined, b: MetricsAddress | undefined): boolean => a?.host === b?.host && a?.port === b?.port;

export function createMetricsDesk(parts: MetricsDeskParts): MetricsDesk {
  const { isSecond, notices } = parts;
  let counters: MetricsCounters | undefined;
  let at: MetricsAddress | undefined;
  let server: MetricsServer | undefined;

  const serve = async (address: MetricsAddress | undefined): Promise<MetricsServer | undefined> => {
    if (address === undefined) return undefined;
    counters ??= createMetrics(parts);
    try {
      return await serveMetrics(address, counters);
    } catch (error) {
      if (!isSecond || !(error instanceof MetricsError)) throw error;
      notices.add(error.message);
      return undefined;
    }
  };
  return {
    counters: () => (at === undefined ? undefined : counters),
    async prepare(address) {
      if (isSame(address, at)) return { apply: async () => {}, cancel: async () => {} };
      const next = await serve(address);
      return {
        async apply() {
          const before = server;
          server = next;
          at = address;
          await before?.close();
        },
        cancel: async () => next?.close(),
      };
    },
    close: async () => server?.close(),
  };
}
