import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../net/free-port.ts';

export interface KubeApi {
  /** The real kubectl, which knows this cluster alone. */
  readonly kubectl: string;
  /** With what logs were asked for, one call after the other: the path and the query. */
  readonly asked: readonly { readonly path: string; readonly query: URLSearchParams }[];
  close(): void;
}

export interface KubeApiOptions {
  readonly folder: string;
  /** Answers the n-th call for logs that is allowed, from 0. */
  readonly logs: (response: ServerResponse, call: number) => void;
}

const resource = (name: string, kind: string): object => ({ name, singularName: '', namespaced: true, kind, verbs: ['get', 'list'] });
const DISCOVERY: Readonly<Record<string, object>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [
      {
        name: 'apps',
        versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
        preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
      },
    ],
  },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [resource('pods', 'Pod'), resource('pods/log', 'Pod')] },
  '/apis/apps/v1': { kind: 'APIResourceList', groupVersion: 'apps/v1', resources: [resource('deployments', 'Deployment')] },
};

const pod = (name: string, namespace: string, containers: readonly string[]): object => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace },
  spec: { containers: containers.map((container) => ({ name: container })) },
  status: { phase: 'Running' },
});

/** What the API server says instead of an answer (Kubernetes API, `Status`). */
const status = (code: number, reason: string, message: string): Answer => ({
  code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code },
});
interface Answer {
  readonly code: number;
  readonly body: object;
}

/** Pods by their names: those that may not be read, that have two containers, that wait to start. */
function answer(path: string, query: URLSearchParams): Answer | 'logs' {
  const known = DISCOVERY[path];
  if (known !== undefined) return { code: 200, body: known };
  const [, namespace = '', kind, name = '', log] = /\/namespaces\/([^/]+)\/(pods|deployments)(?:\/([^/]+))?(\/log)?$/.exec(path) ?? [];
  const body = (found: object): Answer => ({ code: 200, body: found });
  if (kind === 'deployments') {
    const selector = { matchLabels: { app: name } };
    return body({ kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name, namespace }, spec: { selector } });
  }
  if (kind === 'pods' && name === '') return body({ kind: 'PodList', apiVersion: 'v1', items: [pod('web-0', namespace, ['app'])] });
  if (name === 'secret') return status(403, 'Forbidden', `pods "secret" is forbidden: User "viewer" cannot get resource "pods/log"`);
  if (name === 'locked') return status(401, 'Unauthorized', 'Unauthorized');
  if (name !== 'web-0' && name !== 'pair' && name !== 'new') return status(404, 'NotFound', `pods "${name}" not found`);
  const containers = name === 'pair' ? ['nginx', 'app'] : ['app'];
  if (log === undefined) return body(pod(name, namespace, containers));
  const container = query.get('container') ?? '';
  if (container === '' && containers.length > 1)
    return status(400, 'BadRequest', `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]`);
  if (container !== '' && !containers.includes(container))
    return status(400, 'BadRequest', `container ${container} is not valid for pod ${name}`);
  if (name === 'new') return status(400, 'BadRequest', 'container "app" in pod "new" is waiting to start: ContainerCreating');
  return 'logs';
}

/** The few calls of the Kubernetes API that `kubectl logs` makes, over plain HTTP. */
export async function startKubeApi({ folder, logs }: KubeApiOptions): Promise<KubeApi> {
  const port = await freePort();
  const asked: { path: string; query: URLSearchParams }[] = [];
  const server = createServer((request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://cluster');
    const made = answer(path, query);
    if (made === 'logs') {
      response.setHeader('Content-Type', 'text/plain');
      response.flushHeaders();
      return logs(response, asked.push({ path, query }) - 1);
    }
    response.writeHead(made.code, { 'Content-Type': 'application/json' });
    return response.end(JSON.stringify(made.body));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const config = join(folder, 'config');
  const clusters = [{ name: 'test', cluster: { server: `http://127.0.0.1:${port}` } }];
  const contexts = [{ name: 'test', context: { cluster: 'test', user: 'viewer' } }];
  const users = [{ name: 'viewer', user: {} }];
  writeFileSync(config, JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters, contexts, users, 'current-context': 'test' }));
  const kubectl = join(folder, 'kubectl');
  writeFileSync(kubectl, `#!/bin/sh\nHOME='${folder}' KUBECONFIG='${config}' exec kubectl "$@"\n`);
  chmodSync(kubectl, 0o755);
  return {
    kubectl,
    asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
