import type { z } from 'zod';
import { parseHours } from '../clock/hours.ts';
import { msg } from '../lang/lang.ts';

const EXAMPLE = { accounts: ['root', 'admin'], paths: ['/admin'], hours: ['mon-fri 07:00-20:00'] };

/** The setting `watch_list`: accounts and paths that few may use. */
export function watchListField({ z }: { readonly z: typeof import('zod').z }) {
  return z
    .strictObject({
      accounts: z
        .array(z.string().min(1).max(200))
        .max(500)
        .default([])
        .describe('Accounts of which a first success from a new address is told.')
        .meta({ example: EXAMPLE.accounts }),
      paths: z
        .array(
          z
            .string()
            .min(2)
            .max(500)
            .regex(/^\//, { error: msg('expected a path that begins with /') }),
        )
        .max(200)
        .default([])
        .describe('Paths (and all below them) of which a first success of a new address or user is told.')
        .meta({ example: EXAMPLE.paths }),
      hours: z
        .array(
          z
            .string()
            .max(100)
            .refine((text) => parseHours([text], 'UTC').ok, { error: msg('expected hours such as mon-fri 07:00-20:00 Europe/Berlin') }),
        )
        .max(20)
        .default([])
        .describe('When these are usually used; a success outside is told. Without a zone that of `timezone`.')
        .meta({ example: EXAMPLE.hours }),
    })
    .optional()
    .describe('Accounts and paths of the watched application that few may use.')
    .meta({ example: EXAMPLE });
}

/** What a person wrote about accounts and paths to watch. */
export type WatchListSettings = NonNullable<z.infer<ReturnType<typeof watchListField>>>;
