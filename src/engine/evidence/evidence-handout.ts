import { t } from '../../lang/lang.ts';
import type { AlertTarget } from '../../model/alert.ts';
import type { EvidencePack } from '../protocol.ts';
import type { EvidenceDesk } from './evidence.ts';

/** Hands evidence to the screen of another user, who may not read what the engine writes. One at a time. */
export interface EvidenceHandout {
  pack(target: AlertTarget): Promise<EvidencePack>;
  /** Base64; throws when nothing waits. */
  part(offset: number): string;
}

const PART_BYTES = 1024 * 1024;

export function createEvidenceHandout(desk: Pick<EvidenceDesk, 'pack'>): EvidenceHandout {
  let waiting: Buffer | undefined;
  return {
    async pack(target) {
      waiting = undefined;
      const { content, ...about } = await desk.pack(target);
      waiting = content;
      return { ...about, sizeBytes: content.length };
    },
    part(offset) {
      if (waiting === undefined) throw new Error(t('the engine does not hold the evidence any more: take it again'));
      const part = waiting.subarray(offset, offset + PART_BYTES);
      if (!(offset + PART_BYTES < waiting.length)) waiting = undefined;
      return part.toString('base64');
    },
  };
}
