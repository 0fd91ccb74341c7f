/** The kinds of Git references that can be built. */
export const RefKind = { TAG: "TAG", BRANCH: "BRANCH" } as const;
export type RefKind = keyof typeof RefKind;
