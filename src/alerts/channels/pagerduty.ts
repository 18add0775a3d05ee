import { hostname } from 'node:os';
import { t } from '../../lang/lang.ts';
import type { AlertMessage, ThreadKind } from '../../model/alert.ts';
import type { Severity } from '../../model/detection.ts';
import { below } from '../../settings/schema-kit.ts';
import { createSecret } from '../../settings/secret.ts';
import { boundMessage } from '../bounded-message.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { harmless } from '../harmless.ts';
import { httpPost } from '../http-post.ts';
import { isoTime, toJson } from '../render-json.ts';
import { renderHeadline } from '../render-text.ts';
import { isForReading, threadToken } from '../thread.ts';
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

/**
 * PagerDuty by Events API v2. All messages of a thread have the same `dedup_key`, so that they make one incident there. A digest is a change
 * event ("Send a Change Event"): it stands in the service's timeline and pages nobody.
 */
export function createPagerDutyChannel(name: string, { routing_key: key, url }: PagerDutyConfig, context: ChannelContext): Channel {
  const events = createSecret(below(url, '/v2/enqueue'));
  const changes = createSecret(below(url, '/v2/change/enqueue'));
  return {
    name,
    type: 'pagerduty',
    get destination() {
      return t('PagerDuty by {server}', { server: new URL(url).host });
    },
    maxBytes: MAX_EVENT,
    render: (message) => toJson(event(message), 2),
    send(message, { signal }) {
      const body = (): string => toJson({ routing_key: key.reveal(), ...event(message) });
      return httpPost({ url: isForReading(message) ? changes : events, body, headers: () => ({}), secrets: [key], signal }, context);
    },
  };
}

function event(message: AlertMessage): object {
  const { origin } = boundMessage(message, harmless);
  const timestamp = isoTime(message.createdMs);
  const about = {
    summary: renderHeadline(message),
    source: origin === '' ? hostname() : origin,
    ...(timestamp === '' ? {} : { timestamp }),
    custom_details: details(message),
  };
  if (isForReading(message)) return { payload: about };
  const action = ACTIONS[message.thread?.kind ?? 'opened'];
  const dedup = { event_action: action, dedup_key: threadToken(message), client: 'secmon' };
  if (action !== 'trigger') return dedup;
  return { ...dedup, payload: { ...about, severity: SEVERITIES[message.severity], class: 'attack' } };
}

function details(message: AlertMessage): object {
  const { outcome, who, payload, facts, steps, note, command } = boundMessage(message, harmless);
  const labelled = facts.map(([label, value]) => `${label}: ${value}`);
  return { who, outcome, payload, facts: labelled, steps, note, ...(command === undefined ? {} : { command }) };
}
