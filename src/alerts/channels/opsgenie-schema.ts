import type { z } from 'zod';
import { fromEnvironment, type SchemaKit, webAddress } from '../../settings/schema-kit.ts';

/** The section of an `opsgenie` channel. */
export function opsgenieSchema(kit: SchemaKit) {
  const { z, secret } = kit;
  return z.strictObject({
    type: z
      .literal('opsgenie')
      .describe('Opsgenie, or a service with its Alert API (Jira Service Management and others); what ended is closed there.'),
    key: secret('Key of an API integration.').meta({ example: fromEnvironment('OPSGENIE_KEY') }),
    digests: z
      .boolean()
      .optional()
      .describe(
        'Also make an alert, of priority P5, of the scheduled digest. Without it the digest is left out here: it would call somebody.',
      ),
    url: webAddress(kit)
      .default('https://api.opsgenie.com/v2/alerts')
      .describe('Address of the alerts; `https://api.eu.opsgenie.com/v2/alerts` in the EU.'),
  });
}

export type OpsgenieConfig = z.infer<ReturnType<typeof opsgenieSchema>>;
