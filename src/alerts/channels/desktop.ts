import { t } from '../../lang/lang.ts';
import type { AlertMessage } from '../../model/alert.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { cutBytes } from '../harmless.ts';
import { renderHeadline } from '../render-text.ts';
import type { DesktopConfig } from './desktop-schema.ts';

const MAX_BYTES = 256;

/** Bell and notification of the operator's terminal. What reaches the terminal is one line without controls. */
export function createDesktopChannel(name: string, _config: DesktopConfig, { notify }: ChannelContext): Channel {
  // The lead keeps a text such as `4;1;50` from being read as a terminal's own OSC 9 command (ConEmu, Windows Terminal).
  const render = (message: AlertMessage): string => cutBytes(`secmon: ${renderHeadline(message)}`, MAX_BYTES);
  return {
    name,
    type: 'desktop',
    get destination() {
      return t('bell and notification of this terminal');
    },
    maxBytes: MAX_BYTES,
    render,
    async send(message, { signal }) {
      if (signal.aborted) return { ok: false, retryable: true, reason: t('interrupted') };
      notify(render(message));
      return { ok: true, reply: t('handed to the terminal') };
    },
  };
}
