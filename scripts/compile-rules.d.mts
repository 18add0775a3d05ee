/** Compiled rules as JSON text; throws when a rule is refused. */
export function compileRules(dir?: string): Promise<string>;
