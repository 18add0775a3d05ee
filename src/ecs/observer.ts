import { hostname } from 'node:os';

/** ECS `observer`: what found it, and on which machine. Several send to one place. */
export const OBSERVER = { hostname: hostname(), product: 'secmon', type: 'ids' } as const;
