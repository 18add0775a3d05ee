import { appendFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { makePrivateFolder } from '../../files/private-folder.ts';
import { t } from '../../lang/lang.ts';
import type { Delivery } from '../../model/alert.ts';
import { visible } from '../../text/sanitize.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { renderJson } from '../render-json.ts';
import type { FileConfig } from './file-schema.ts';

const DEFAULT_NAME = 'alerts.ndjson';
/** These need a person; a full disk, for one, may pass by itself. */
const LASTING = new Set(['EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'EROFS', 'ELOOP', 'ENAMETOOLONG', 'ENOENT']);

/** Appends one JSON object a line to a file that only its owner may read. A relative path counts from the state directory. */
export function createFileChannel(name: string, config: FileConfig, { stateDirectory }: ChannelContext): Channel {
  const configured = config.path ?? DEFAULT_NAME;
  const path = isAbsolute(configured) ? configured : join(stateDirectory, configured);
  const render: Channel['render'] = (message) => renderJson(message);
  return {
    name,
    type: 'file',
    destination: visible(path),
    maxBytes: 256 * 1_024,
    render,
    async send(message, { signal }): Promise<Delivery> {
      if (signal.aborted) return { ok: false, retryable: true, reason: t('interrupted') };
      try {
        if (config.path === undefined) makePrivateFolder(stateDirectory);
        await appendFile(path, `${render(message)}\n`, { mode: 0o600, flush: true });
        return { ok: true, reply: t('written to {path}', { path: visible(path) }) };
      } catch (error) {
        const { code = t('unknown reason') } = error as NodeJS.ErrnoException;
        return { ok: false, retryable: !LASTING.has(code), reason: t('cannot write {path}: {code}', { path: visible(path), code }) };
      }
    },
  };
}
