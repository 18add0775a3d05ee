/** A success of somebody somewhere, or a change of rights, as one line tells it. Texts are the client's: hostile. */
export type Access =
  /** `by`: who became the account (sudo, su); `''` for a login. */
  | { readonly kind: 'account'; readonly user: string; readonly by: string }
  | { readonly kind: 'path'; readonly path: string; readonly user: string }
  | { readonly kind: 'failure'; readonly user: string }
  /** `isHigh`: it gives the rights of root or of an administrator. */
  | { readonly kind: 'rights'; readonly user: string; readonly text: string; readonly isHigh: boolean };
