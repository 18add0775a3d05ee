import { hostname } from 'node:os';
import type { AlertMessage, ThreadKind } from '../../model/alert.ts';
import type { Severity } from '../../model/detection.ts';
import { boundMessage } from '../bounded-message.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { harmless } from '../harmless.ts';
import { httpPost } from '../http-post.ts';
import { isoTime, toJson } from '../render-json.ts';
import { renderHeadline } from '../render-text.ts';
import { below } from '../schema-kit.ts';
import { createSecret } from '../secret.ts';
import { threadToken } from '../thread.ts';
import type { PagerDutyConfig } from './pagerduty-schema.ts';

/** Of a whole event (PagerDuty developer documentation, "Send an Alert Event"). */
const MAX_EVENT = 512 * 1_024;
const SEVERITIES: Readonly<Record<Severity, string>> = { critical: 'critical', high: 'error', medium: 'warning', low: 'info' };
const ACTIONS: Readonly<Record<ThreadKind, 'trigger' | 'acknowledge' | 'resolve'>> = {
  opened: 'trigger',
  worse: 'trigger',
  succeeded: 'trigger',
  digest: 'trigger',
  acknowledged: 'acknowledge',
  ended: 'resolve',
};

/** PagerDuty by Events API v2. All messages of a thread have the same `dedup_key`, so that they make one incident there. */
export function createPagerDutyChannel(name: string, { routing_key: key, url }: PagerDutyConfig, context: ChannelContext): Channel {
  const target = createSecret(below(url, '/v2/enqueue'));
  return {
    name,
    type: 'pagerduty',
    destination: `PagerDuty by ${new URL(url).host}`,
    maxBytes: MAX_EVENT,
    render: (message) => toJson(event(message), 2),
    send(message, { signal }) {
      const body = (): string => toJson({ routing_key: key.reveal(), ...event(message) });
      return httpPost({ url: target, body, headers: () => ({}), secrets: [key], signal }, context);
    },
  };
}

function event(message: AlertMessage): object {
  const { outcome, who, payload, facts, steps, note, origin, command } = boundMessage(message, harmless);
  const action = ACTIONS[message.thread?.kind ?? 'opened'];
  const dedup = { event_action: action, dedup_key: threadToken(message), client: 'secmon' };
  if (action !== 'trigger') return dedup;
  const timestamp = isoTime(message.createdMs);
  return {
    ...dedup,
    payload: {
      summary: renderHeadline(message),
      source: origin === '' ? hostname() : origin,
      severity: SEVERITIES[message.severity],
      ...(timestamp === '' ? {} : { timestamp }),
      class: 'attack',
      custom_details: {
        who,
        outcome,
        payload,
        facts: facts.map(([label, value]) => `${label}: ${value}`),
        steps,
        note,
        ...(command === undefined ? {} : { command }),
      },
    },
  };
}
