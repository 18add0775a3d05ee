import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { askPeer, type Peer } from '../../src/helper/peer.ts';
import { listening } from './listening.ts';

/** What a server learns of this process when it connects. */
async function asked(isThere?: (path: string) => boolean): Promise<Peer> {
  let answer: Promise<Peer> | undefined;
  const connected = new Promise<void>((resolve) => {
    void listening((socket) => {
      socket.on('error', () => {});
      answer = askPeer(socket, isThere);
      answer.catch(() => {});
      resolve();
    }).then((path) => {
      const client = connect(path);
      client.on('error', () => {});
    });
  });
  await connected;
  if (answer === undefined) throw new Error('nobody connected');
  return answer;
}

const canAsk = process.platform === 'linux' && ['/usr/bin/perl', '/usr/bin/python3'].some((path) => existsSync(path));

test.runIf(canAsk)('the kernel names the caller: the process and user at the other end', async () => {
  expect(await asked()).toEqual({ pid: process.pid, uid: process.geteuid?.() });
});

test('where nothing can ask the kernel nobody is believed', async () => {
  await expect(asked(() => false)).rejects.toThrow('who calls cannot be proved here: install perl or python3');
});
