/** One document on its way out: its ECS form as one line of JSON (see src/ecs), without a line end. */
export interface OutputRecord {
  readonly kind: RecordKind;
  readonly text: string;
}

/** In the files of spools a kind is its index here. */
export const RECORD_KINDS = ['detection', 'incident', 'check'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];
