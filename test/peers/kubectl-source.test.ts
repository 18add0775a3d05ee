import { spawnSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCommandSource } from '../../src/sources/command.ts';
import { parseShortcut } from '../../src/sources/shortcut.ts';
import { type Running, run, temporaryFolder } from '../sources/collect.ts';
import { type KubeApi, type KubeApiOptions, startKubeApi } from './kube-api.ts';

const PROGRAM = 'kubectl';
const hasKubectl = spawnSync(PROGRAM, ['version', '--client']).status === 0;
const notRun = hasKubectl ? '' : ' (NOT RUN: kubectl is missing)';

async function cluster(logs: KubeApiOptions['logs']): Promise<KubeApi> {
  const api = await startKubeApi({ folder: temporaryFolder(), logs });
  onTestFinished(api.close);
  return api;
}

function follow(text: string, api: KubeApi, position?: ReturnType<Running['position']>): Running {
  const command = parseShortcut(text);
  if ('error' in command) throw new Error(command.error);
  return run(createCommandSource({ command: { ...command, program: api.kubectl }, lines: 7, random: () => 0 }), position);
}

/** The kubelet writes times to the nanosecond, in the zone of its node. */
const at = (fraction: string, text: string): string => `2026-03-02T11:13:41.${fraction.padEnd(9, '0')}+09:00 ${text}\n`;

describe.skipIf(!hasKubectl && process.env.CI === undefined)(`kubectl:POD with the real kubectl${notRun}`, () => {
  test('reads every line once, although the connection breaks in a line, the container restarts, and times are asked for by the second', async () => {
    const part = 'a'.repeat(16_384);
    const parts = `${at('4', part).trimEnd()}${at('41', part).trimEnd()}${at('42', 'end')}`;
    const api = await cluster((response, call) => {
      if (call === 0)
        return response.write(at('1', 'one') + at('2', 'two') + at('3', 'thr').trimEnd(), () => response.socket?.destroySoon());
      const before = at('1', 'one') + at('2', 'two') + at('3', 'three');
      if (call === 1) return response.end(before);
      if (call === 2) return response.write(before + parts + at('5', 'five') + at('5', 'five'));
      return response.write(before + parts + at('5', 'five') + at('5', 'five') + at('5', 'five') + at('6', 'six'));
    });
    const web = follow('kubectl:web-0', api);
    await web.untilEvent('waiting', 'unexpected EOF; tries again in 1 s');
    await web.untilEvent('waiting', 'the container does not run, or the cluster closed the connection; tries again in 2 s');
    expect(await web.untilLines(6)).toEqual(['one', 'two', 'three', `${part}${part}end`, 'five', 'five']);
    await web.stop();
    const again = follow('kubectl:web-0', api, web.position());
    expect(await again.untilLines(2)).toEqual(['five', 'six']);
    expect(api.asked.map(({ query }) => query.get('tailLines'))).toEqual(['7', null, null, null]);
    const second = '2026-03-02T02:13:41Z';
    expect(api.asked.map(({ query }) => query.get('sinceTime'))).toEqual([null, second, second, second]);
  }, 60_000);

  test('reads the container that is named, and one pod of a deployment', async () => {
    const api = await cluster((response) => response.write(at('1', 'one')));
    await follow('kubectl:pair?container=app', api).untilLines(1);
    await follow('kubectl:deployment/web?namespace=shop', api).untilLines(1);
    expect(api.asked.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/default/pods/pair/log',
      '/api/v1/namespaces/shop/pods/web-0/log',
    ]);
    expect(api.asked[0]?.query.get('container')).toBe('app');
  }, 60_000);

  test.each([
    ['kubectl:no-such', 'the cluster has no no-such in this namespace: kubectl get pods -A lists them; tries again in 1 s'],
    ['kubectl:secret', 'this user may not read the log of secret: it takes the verb get on pods and pods/log; tries again in 1 s'],
    ['kubectl:locked', 'the cluster does not know this user: log in with kubectl first; tries again in 1 s'],
    ['kubectl:pair?container=no-such', 'pair has no container of that name; tries again in 1 s'],
    ['kubectl:new', 'new has not started yet; tries again in 1 s'],
  ])('of %s it is said that %s', async (text, sentence) => {
    const api = await cluster((response) => response.end());
    await follow(text, api).untilEvent('waiting', sentence);
  });

  test('of a pod with several containers it is said which there are, and of a cluster that is away that it is', async () => {
    const api = await cluster((response) => response.write(at('1', 'one')));
    const pair = follow('kubectl:pair', api);
    // kubectl before 1.24 asks for a choice, later ones take the first and say so.
    await pair.untilEvent('notice');
    expect(pair.events.flatMap((event) => (event.type === 'notice' ? event.detail : []))[0]).toMatch(
      /^(?:pair has several containers: add \?container= and one of nginx app|Defaulted container "nginx" out of: nginx, app)$/,
    );
    await pair.stop();
    api.close();
    await follow('kubectl:web-0', api).untilEvent(
      'waiting',
      'the cluster does not answer: kubectl config current-context shows which it is; tries again in 1 s',
    );
  }, 60_000);
});
