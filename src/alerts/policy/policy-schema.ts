import type { z } from 'zod';
import { msg } from '../../lang/lang.ts';
import { FAMILIES, SEVERITIES } from '../../model/detection.ts';
import { parseCidr } from '../../net/cidr.ts';
import type { SchemaKit } from '../../settings/schema-kit.ts';
import { parseSpan } from './span.ts';

const OUTCOMES = ['blocked', 'refused', 'redirected', 'abandoned', 'error', 'answered', 'none'] as const;
/** What may be told of an incident after its first message. */
export const UPDATES = ['worse', 'succeeded', 'acknowledged', 'ended'] as const;
const MAX_RULES = 50;
const MAX_CHANNELS = 20;
const MAX_ITEMS = 200;
const MOST_AN_HOUR = 1_000;

/** The settings of `alerts` that say what is told by itself, to whom and when. What they mean together is in `policyProblems`. */
export function policyFields(kit: SchemaKit) {
  const { z } = kit;
  return {
    policy: z
      .array(ruleSchema(kit))
      .max(MAX_RULES)
      .default([])
      .describe('Which incidents are told without a key press; the first rule that fits counts. Without rules none is.')
      .meta({ example: [{ to: ['my-email'] }] }),
    digest: digestSchema(kit)
      .optional()
      .describe('A summary of what happened, at set times.')
      .meta({ example: { every: '30m', to: ['my-email'] } }),
    fallback: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .describe(
        'Name of the channel that gets what another one cannot deliver (refused for good, or given up after a day), with which and why.',
      )
      .meta({ example: 'my-email' }),
    ceiling: z
      .int()
      .min(1)
      .max(MOST_AN_HOUR)
      .default(10)
      .describe(
        'Messages that one channel gets by itself in an hour at most; what is above goes into one more, and what worked is told first.',
      ),
  };
}

const span = ({ z }: SchemaKit) =>
  z.string().refine((text) => parseSpan(text) !== undefined, { error: msg('expected a span of time such as 90s, 15m or 2h, at most 30d') });

const channels = ({ z }: SchemaKit) => z.array(z.string().min(1).max(40)).min(1).max(MAX_CHANNELS);

const someOf = <T extends z.ZodType>({ z }: SchemaKit, one: T) => z.array(one).min(1).max(MAX_ITEMS);

function ruleSchema(kit: SchemaKit) {
  const { z } = kit;
  return z.strictObject({
    when: whenSchema(kit)
      .optional()
      .describe('What the rule is for; every condition must hold. Without it: severity high or worse, or a success.'),
    to: channels(kit).optional().describe('Names of channels.'),
    never: z.literal(true).optional().describe('Tells nobody, and later rules are not asked.'),
    hours: someOf(kit, z.string().max(100))
      .optional()
      .describe('When somebody reads it, such as `mon-fri 08:00-18:00 Europe/Berlin`; without a zone that of `timezone`.')
      .meta({ example: ['mon-fri 08:00-18:00'] }),
    otherwise: channels(kit).optional().describe('Channels outside `hours`. Without it the message waits until they begin.'),
    escalate: z
      .strictObject({
        after: span(kit).describe('How long nobody may have acknowledged or closed it.').meta({ example: '15m' }),
        to: channels(kit).describe('Names of the channels that are told then.'),
      })
      .optional()
      .describe('Who is told when nobody has acknowledged or closed the incident after a time.'),
    quiet: span(kit).default('30m').describe('Least time between a message and the next about the same incident, unless it succeeded.'),
    updates: z.array(z.enum(UPDATES)).default(['worse', 'succeeded', 'ended']).describe('What is told after the first message.'),
  });
}

function whenSchema(kit: SchemaKit) {
  const { z } = kit;
  const text = z.string().min(1).max(200);
  const network = z
    .string()
    .refine((one) => parseCidr(one) !== undefined, { error: msg('expected an address or network such as 192.0.2.1 or 198.51.100.0/24') });
  return z.strictObject({
    severity: z.enum(SEVERITIES).optional().describe('This severity or worse.'),
    risk: z.int().min(0).max(100).optional().describe('This risk or more.'),
    success: z.boolean().optional().describe('Whether it worked.'),
    family: someOf(kit, z.enum(FAMILIES)).optional().describe('One of these families.'),
    outcome: someOf(kit, z.enum(OUTCOMES)).optional().describe('One of these answers of the server.'),
    tag: someOf(kit, text).optional().describe('The address lies in a network of one of these names (`networks`).'),
    network: someOf(kit, network).optional().describe('The address lies in one of these networks.'),
    source: someOf(kit, text).optional().describe('Seen in a log of one of these names; `*` stands for any text.'),
    filter: z.string().min(1).max(500).optional().describe("The screen's filter language: a suspicious line passes it."),
  });
}

function digestSchema(kit: SchemaKit) {
  const { z } = kit;
  return z.strictObject({
    every: span(kit).optional().describe('A span of time; 30m when `cron` is not given either.'),
    cron: z
      .string()
      .max(200)
      .optional()
      .describe('Five fields: minute hour day month weekday, in the zone of `timezone`.')
      .meta({ example: '0 8 * * mon-fri' }),
    to: channels(kit).describe('Names of channels.'),
    empty: z.boolean().default(false).describe('Also when nothing happened.'),
  });
}

/** What a person wrote about alerts by themselves. */
export type PolicySettings = z.infer<z.ZodObject<ReturnType<typeof policyFields>>>;
export type RuleSettings = PolicySettings['policy'][number];
