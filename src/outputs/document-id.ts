import { createHash } from 'node:crypto';
import type { OutputRecord } from './record.ts';

/** How our documents begin; in a JSON text no value can look so. */
const EVENT_ID = /^\{"@timestamp":"[^"]{1,40}","ecs":\{[^{}]{1,80}\},"event":\{"id":"([A-Za-z0-9_.:-]{1,200})"/;

/**
 * What tells a document from every other: `event.id` where each has its own (detections, findings of checks; of an incident all have the same), else the
 * hash of its text. 27 to 200 characters.
 */
export const documentId = ({ kind, text }: OutputRecord): string =>
  (kind === 'incident' ? undefined : EVENT_ID.exec(text)?.[1]) ?? createHash('sha256').update(text).digest('base64url').slice(0, 27);
