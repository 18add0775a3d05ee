import type { Writable } from 'node:stream';
import { SYSLOG_FACILITIES, type SyslogTransport } from '../net/syslog.ts';
import { type OutputAddress, type OutputType, parseAddress } from './address.ts';
import type { Peer } from './connection.ts';
import { createElasticsearch } from './kinds/elasticsearch.ts';
import { createFile } from './kinds/file.ts';
import { createFluent } from './kinds/fluent.ts';
import { createLogstash } from './kinds/logstash.ts';
import { createStandardOutput } from './kinds/standard-output.ts';
import { createSyslog } from './kinds/syslog.ts';
import type { Output } from './output.ts';
import type { OutputConfig } from './settings.ts';

/** What outputs need from their surroundings. */
export interface OutputContext {
  /** Name of this machine. */
  readonly host: string;
  readonly stdout: Writable;
}

type AddressOf<T extends OutputType> = Extract<OutputAddress, { readonly type: T }>;
type Create<T extends OutputType> = (address: AddressOf<T>, config: OutputConfig, context: OutputContext) => Output;
type Networked = Exclude<OutputType, 'file' | 'stdout'>;

const FILE_BYTES = 100 * 1_024 * 1_024;
const FILES_KEPT = 5;

const peerOf = ({ host, port, tls }: AddressOf<Networked>, config: OutputConfig): Peer => ({
  host,
  port,
  tls: tls ? (config.tls ?? {}) : undefined,
});

const transportOf = (scheme: string): SyslogTransport => (scheme === 'syslog+tcp' ? 'tcp' : scheme === 'syslog+tls' ? 'tls' : 'udp');

/** Every kind of output, by what its address begins with. */
export const OUTPUTS: { readonly [T in OutputType]: Create<T> } = {
  logstash: (address, config) => createLogstash(peerOf(address, config)),
  elasticsearch: (address, config) =>
    createElasticsearch({
      peer: peerOf(address, config),
      path: address.path,
      apiKey: config.api_key,
      user: config.user,
      password: config.password,
      namespace: config.namespace ?? 'default',
    }),
  fluent: (address, config, { host }) =>
    createFluent(peerOf(address, config), { sharedKey: config.shared_key, user: config.user, password: config.password, host }),
  syslog: (address, config, { host }) =>
    createSyslog({
      peer: peerOf(address, config),
      transport: transportOf(address.scheme),
      facility: SYSLOG_FACILITIES[config.facility ?? 'authpriv'],
      host,
      maxMessageBytes: config.max_message_bytes,
    }),
  file: ({ path }, config) => createFile({ path, maxBytes: config.max_bytes ?? FILE_BYTES, keep: config.keep ?? FILES_KEPT }),
  stdout: (_address, _config, { stdout }) => createStandardOutput(stdout),
};

/** The output of one section. Throws for an address that the schema would not have let through. */
export function createOutput(config: OutputConfig, context: OutputContext): Output {
  const address = parseAddress(config.url);
  if ('problem' in address) throw new Error(address.problem);
  // Each entry of the table takes its own address; which one is decided by `type`, so the pair always fits.
  const create = OUTPUTS[address.type] as Create<OutputType>;
  return create(address, config, context);
}
