import type { z } from 'zod';
import type { SchemaKit } from '../../settings/schema-kit.ts';

/** The section of a `desktop` channel. */
export function desktopSchema({ z }: SchemaKit) {
  return z.strictObject({
    type: z.literal('desktop').describe('The bell and a notification (OSC 9) of the terminal that secmon runs in.'),
  });
}

export type DesktopConfig = z.infer<ReturnType<typeof desktopSchema>>;
