/** One thing that is wrong in a configuration file. */
export interface ConfigProblem {
  /** From 1; undefined when it concerns the whole file. */
  readonly line: number | undefined;
  /** The setting, `alerts.channels.ops.port`; `''` for the whole file. */
  readonly setting: string;
  /** What was expected, what was found, and what to do. Never holds a secret's value. */
  readonly message: string;
}

/** The configuration cannot be used; `message` has one `file:line: setting: …` for each problem. */
export class ConfigError extends Error {
  readonly path: string;
  readonly problems: readonly ConfigProblem[];

  constructor(path: string, problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(problems.map((problem) => describeProblem(path, problem)).join('\n'), options);
    this.name = 'ConfigError';
    this.path = path;
    this.problems = problems;
  }
}

function describeProblem(path: string, { line, setting, message }: ConfigProblem): string {
  const place = line === undefined ? path : `${path}:${line}`;
  return `${place}: ${setting === '' ? '' : `${setting}: `}${message}`;
}
