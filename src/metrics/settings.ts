import type { z } from 'zod';
import { parseMetricsAddress } from './address.ts';

/** zod is handed in: it is only loaded when a person's file is read. */
interface Kit {
  readonly z: typeof z;
}

/** The setting `metrics`. */
export function metricsField(kit: Kit) {
  const { z } = kit;
  return z
    .string()
    .refine((text) => !('problem' in parseMetricsAddress(text, true)), { error: 'expected an address and a port such as 127.0.0.1:9123' })
    .optional()
    .describe('Address and port at which Prometheus finds /metrics, and /healthz. Beyond this machine only with `--insecure`.')
    .meta({ example: '127.0.0.1:9123' });
}
