/** Viewers look, filter, copy, take evidence and alert; operators also ban, mute, close and change rules. */
export type Role = 'viewer' | 'operator';

/** Who may do what, as the system-wide configuration names them: users, and groups as `@name`. */
export interface RoleRules {
  readonly operators: readonly string[];
  readonly viewers: readonly string[];
}

/** A person at the engine. */
export interface Person {
  readonly user: string;
  readonly groups: readonly string[];
  /** The person is the user that the engine runs as. */
  readonly ownsEngine: boolean;
}

/**
 * The role of a person. Where the rules name nobody, the engine's own user is operator and everybody else viewer; where they name somebody,
 * only those named are operators.
 */
export function roleOf({ user, groups, ownsEngine }: Person, rules: RoleRules | undefined): Role {
  const names = rules === undefined ? [] : [...rules.operators, ...rules.viewers];
  if (rules === undefined || names.length === 0) return ownsEngine ? 'operator' : 'viewer';
  const isNamed = (list: readonly string[]): boolean =>
    list.some((name) => (name.startsWith('@') ? groups.includes(name.slice(1)) : name === user));
  return isNamed(rules.operators) ? 'operator' : 'viewer';
}

/** Names of the groups of a user, from the texts of passwd(5) and group(5). */
export function groupsOf(user: string, { passwd, group }: { readonly passwd: string; readonly group: string }): readonly string[] {
  const primary = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === user)?.[3];
  return group.split('\n').flatMap((line) => {
    const [name = '', , id, members = ''] = line.split(':');
    return name !== '' && ((primary !== undefined && id === primary) || members.split(',').includes(user)) ? [name] : [];
  });
}
