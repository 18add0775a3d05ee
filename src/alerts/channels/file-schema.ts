import type { z } from 'zod';
import type { SchemaKit } from '../../settings/schema-kit.ts';

/** The section of a `file` channel. */
export function fileSchema({ z }: SchemaKit) {
  return z.strictObject({
    type: z.literal('file').describe('A file that alerts are appended to, one JSON object a line.'),
    path: z
      .string()
      .min(1)
      .optional()
      .describe('The file; without it alerts.ndjson in the state directory.')
      .meta({ example: '/var/log/secmon/alerts.ndjson' }),
  });
}

export type FileConfig = z.infer<ReturnType<typeof fileSchema>>;
