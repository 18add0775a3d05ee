import type { z } from 'zod';
import { fromEnvironment, type SchemaKit, webAddress } from '../../settings/schema-kit.ts';

/** The section of a `pagerduty` channel. */
export function pagerDutySchema(kit: SchemaKit) {
  const { z, secret } = kit;
  return z.strictObject({
    type: z
      .literal('pagerduty')
      .describe(
        'A PagerDuty service, through Events API v2; what ended is resolved there, and a digest is a change event, which pages nobody.',
      ),
    routing_key: secret('Integration key of the service.').meta({ example: fromEnvironment('PAGERDUTY_KEY') }),
    url: webAddress(kit)
      .default('https://events.pagerduty.com')
      .describe('Address of the Events API; `https://events.eu.pagerduty.com` in the EU.'),
  });
}

export type PagerDutyConfig = z.infer<ReturnType<typeof pagerDutySchema>>;
