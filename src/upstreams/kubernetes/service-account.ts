/** The account that a pod, or a program with its token, is in Kubernetes. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

const subject = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * Whom the bearer token of an `authorization` header stands for. Tokens of service accounts are JSON Web Tokens whose `sub` is
 * the user name that the API server sees; a certificate, or any other token, stands for no service account.
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
