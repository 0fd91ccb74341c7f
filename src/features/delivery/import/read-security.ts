import { Capability, type AppSpec } from "../app/app-spec.js";

/** The fields of a securityContext that are read: those that a spec can express, and some that it cannot. */
interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly [more: string]: unknown;
}

const unsaid = ["privileged", "runAsGroup", "readOnlyRootFilesystem", "seLinuxOptions", "windowsOptions"];
const podUnsaid = ["fsGroup", "supplementalGroups", "sysctls", "runAsGroup", "seLinuxOptions", "windowsOptions"];

/**
 * The security of a spec under which the container runs as before. Without a securityContext that is root, with the default
 * capabilities of container runtimes. Undefined when it is the default of every app.
 */
export function readSecurity(
  ofPod: SecurityContext = {},
  ofContainer: SecurityContext = {},
  notes: string[],
): AppSpec["security"] {
  for (const field of podUnsaid) if (ofPod[field]) notes.push(`The pods have securityContext.${field}.`);
  for (const field of unsaid) if (ofContainer[field]) notes.push(`The container has securityContext.${field}.`);
  const runAsUser = ofContainer.runAsUser ?? ofPod.runAsUser ?? null;
  const isNonRoot = ofContainer.runAsNonRoot ?? ofPod.runAsNonRoot ?? false;
  const runAsRoot = runAsUser === 0 || (runAsUser === null && !isNonRoot);
  const capabilities = capabilitiesOf(ofContainer, runAsRoot, notes);
  if (!runAsRoot && runAsUser === null && capabilities.length === 0) return undefined;
  return { runAsUser: runAsRoot ? null : runAsUser, runAsRoot, capabilities };
}

/** The default capabilities of container runtimes; only processes of root have them effectively. */
function capabilitiesOf({ capabilities }: SecurityContext, runAsRoot: boolean, notes: string[]): Capability[] {
  const { add = [], drop = [] } = capabilities ?? {};
  const unknown = add.filter((each) => !isKnown(each));
  if (unknown.length > 0) notes.push(`The container has the capabilities ${unknown.join(", ")}.`);
  const byItself = runAsRoot && !drop.includes("ALL");
  return Object.values(Capability).filter(
    (each) => add.includes(each) || ((byItself || add.includes("ALL")) && !drop.includes(each)),
  );
}

const isKnown = (name: string): boolean => Object.hasOwn(Capability, name);
