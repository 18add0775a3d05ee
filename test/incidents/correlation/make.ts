import type { CorrelationRule } from '../../../src/incidents/correlation/correlation-rule.ts';
import type { Occurrence } from '../../../src/incidents/correlation/fields.ts';
import type { Entry } from '../../../src/model/entry.ts';
import { entry } from '../../make.ts';

/** A linked correlation: five events of the rule `base` by one address in ten seconds, unless told otherwise. */
export const correlation = (fields: Partial<CorrelationRule> & { readonly id?: string } = {}): CorrelationRule => ({
  info: {
    id: fields.id ?? 'correlation',
    name: fields.id ?? 'correlation',
    title: 'Test',
    description: 'Test.',
    severity: 'medium',
    families: ['auth'],
    techniques: [],
  },
  success: false,
  type: 'event_count',
  rules: ['base'],
  groupBy: ['c-ip'],
  timespanMs: 10_000,
  comparisons: [{ operator: 'gte', value: 5 }],
  fields: [],
  percentile: 0,
  aliases: {},
  generate: false,
  silences: ['base'],
  about: { falsePositives: [], references: [], file: 'test.yml' },
  ...fields,
});

/** An entry seen by rules, at a time. */
export const occurrence = (timeMs: number, fields: Partial<Entry> = {}, more: Partial<Occurrence> = {}): Occurrence => ({
  entry: entry({ timeMs, ...fields }),
  timeMs,
  observed: ['base'],
  loud: false,
  actor: fields.address ?? '198.51.100.7',
  source: 'access.log',
  ...more,
});
