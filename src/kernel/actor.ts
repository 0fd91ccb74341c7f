/** Who asks. The platform acts as itself when a reconciler does something on nobody's request. */
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

/** A role over the whole platform, or over one namespace. */
export interface Grant {
  readonly role: Role;
  readonly namespaceId: string | null;
}

export const platformActor: PlatformActor = { kind: "PLATFORM" };
