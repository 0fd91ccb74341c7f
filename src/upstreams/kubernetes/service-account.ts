/** The service account of a pod, or of a program with its token. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

const subject = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * The service account of an `authorization` header's bearer token. Tokens of service accounts are JSON Web Tokens whose
 * `sub` is the user name; a certificate or any other token has no service account.
 */
export function serviceAccountOf(authorization: string | undefined): ServiceAccount | undefined {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/.exec(authorization ?? "") ?? [];
  if (payload === undefined) return undefined;
  try {
    const { sub } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { readonly sub?: unknown };
    const [, namespace, name] = subject.exec(String(sub)) ?? [];
    return namespace === undefined || name === undefined ? undefined : { namespace, name };
  } catch {
    return undefined;
  }
}
