/** One document on its way out: its ECS form as one line of JSON (see src/ecs), without a line end. */
export interface OutputRecord {
  readonly kind: RecordKind;
  readonly text: string;
}

export const RECORD_KINDS = ['detection', 'incident'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];
