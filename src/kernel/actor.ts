/** Who makes a request: a member, or the platform itself when a reconciler acts without a request. */
export type Actor = MemberActor | PlatformActor;

export interface PlatformActor {
  readonly kind: "PLATFORM";
}

export interface MemberActor {
  readonly kind: "MEMBER";
  readonly memberId: string;
  readonly sessionId: string;
  readonly name: string;
  readonly grants: readonly Grant[];
}

export type Role = "ADMINISTRATOR" | "DEVELOPER" | "VIEWER";

/** A role on the whole platform, or on one namespace. */
export interface Grant {
  readonly role: Role;
  readonly namespaceId: string | null;
}

export const platformActor: PlatformActor = { kind: "PLATFORM" };
