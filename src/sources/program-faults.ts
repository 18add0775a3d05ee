import { t } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';

/** What programs say when something is wrong, as sentences that tell what to do; undefined for what they say otherwise, `''` for what need not be told. */
type Explain = (said: string) => string | undefined;

/** journalctl of systemd 247 to 257. */
export const explainJournal: Explain = (said) => {
  if (
    /^No journal files were opened due to insufficient permissions|^Hint: You are currently not seeing messages from other users/.test(said)
  )
    return t('not all of the journal may be read by this user: join group systemd-journal or adm');
  if (/^ +(?:Users in groups? |Pass -q )/.test(said)) return '';
  if (said.startsWith('Failed to add filter for units: No data available')) return t('the journal holds no unit of such a name');
  return undefined;
};

/** docker of Debian (20.10) and its later versions; podman. */
export const explainDocker =
  (name: string): Explain =>
  (said) => {
    if (/No such container/i.test(said)) return t('there is no container {name}: docker ps -a lists them', { name });
    if (/permission denied while trying to connect/i.test(said))
      return t('this user may not ask Docker: join group docker, which is as good as root, or read the files of the container');
    if (/^(?:error during connect|Cannot connect to the Docker daemon|failed to connect to the docker API)/i.test(said))
      return t('Docker does not answer: systemctl status docker shows why');
    if (/logging driver does not support reading/i.test(said))
      return t('the logging driver of {name} keeps nothing to read: json-file, local and journald do', { name });
    return undefined;
  };

/** OpenSSH's client, and the `tail` that it runs. */
export const explainSsh =
  (host: string): Explain =>
  (said) => {
    if (/: Permission denied \(/.test(said)) return t('{host} refuses the key: ssh {host} has to work without a password', { host });
    if (said.startsWith('Host key verification failed'))
      return t('the key of {host} is not known here: run ssh {host} once by hand', { host });
    if (said.includes('Could not resolve hostname')) return t('no host is called {host}', { host });
    if (/^(?:tail|cat): .*: No such file or directory$/.test(said)) return t('{host} has no such file', { host });
    if (/^(?:tail|cat): .*: Permission denied$/.test(said))
      return t('the file may not be read there: on {host} the user needs its group', { host });
    return undefined;
  };

/** kubectl 1.20 to 1.33. */
export const explainKubectl =
  (pod: string): Explain =>
  (said) => {
    if (/memcache\.go|^W\d{4} .*loader\.go/.test(said)) return '';
    if (/\(NotFound\)/.test(said)) return t('the cluster has no {pod} in this namespace: kubectl get pods -A lists them', { pod });
    if (/\(Forbidden\)/.test(said))
      return t('this user may not read the log of {pod}: it takes the verb get on pods and pods/log', { pod });
    if (/\(Unauthorized\)|must be logged in|provide credentials/i.test(said))
      return t('the cluster does not know this user: log in with kubectl first');
    const choice = /container name must be specified for pod \S+, choose one of: \[([\w. -]{1,300})\]/.exec(said)?.[1];
    if (choice !== undefined) return t('{pod} has several containers: add ?container= and one of {names}', { pod, names: visible(choice) });
    if (/container \S+ (?:is not valid for pod|not found in pod)/.test(said)) return t('{pod} has no container of that name', { pod });
    if (/is waiting to start|ContainerCreating|PodInitializing/.test(said)) return t('{pod} has not started yet', { pod });
    if (/^The connection to the server|^Unable to connect to the server/.test(said))
      return t('the cluster does not answer: kubectl config current-context shows which it is');
    return undefined;
  };
