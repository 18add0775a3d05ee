import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { askHelper, HelperError } from '../../src/helper/client.ts';
import { failure, listening } from './listening.ts';

describe('asking the helper', () => {
  const sentence = async (socket: string, options = {}): Promise<HelperError> => {
    const error = await failure(askHelper('banners', {}, { socket, ...options }));
    expect(error).toBeInstanceOf(HelperError);
    return error as HelperError;
  };

  test('says that there is none, and that one has ended', async () => {
    expect(await sentence('/nonexistent/h.sock')).toMatchObject({
      isUnreachable: true,
      message: 'there is no helper at /nonexistent/h.sock: secmon setup helper --print says how to install it',
    });
    const path = await listening((socket) => socket.destroy());
    expect(await sentence(path)).toMatchObject({ message: expect.stringMatching(/the helper ended without an answer|cannot be reached/) });
  });

  test('says that it hangs', async () => {
    const held: Socket[] = [];
    const path = await listening((socket) => void held.push(socket));
    expect((await sentence(path, { patienceMs: 20 })).message).toBe('the helper did not answer within 0.02 s');
    for (const socket of held) socket.destroy();
  });

  test('says that it is too old, or no helper at all', async () => {
    const answering = (text: string) => listening((socket) => void socket.end(text));
    const old = await answering('{"version":1,"ok":false,"reason":"unknown","text":"?"}\n');
    expect((await sentence(old)).message).toContain('the helper is older or newer than this secmon and does not know "banners"');
    for (const text of ['HTTP/1.1 400 Bad Request\r\n\r\n', 'null\n', '{}\n'])
      expect((await sentence(await answering(text))).message).toContain('is no secmon helper');
    expect((await sentence(await answering('{"version":1,"ok":true,"reply":{"names":[7]}}\n'))).message).toContain('does not understand');
  });

  test('does not hold an answer without end', async () => {
    const path = await listening((socket) => {
      const block = Buffer.alloc(1024 * 1024, 0x78);
      const more = (): void => {
        while (socket.writable && socket.write(block));
      };
      socket.on('drain', more).on('error', () => {});
      more();
    });
    expect((await sentence(path)).message).toBe('the helper answered too much');
  });
});
