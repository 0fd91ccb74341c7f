import { Capability, type AppSpec } from "../app/app-spec.js";

/** What Kubernetes' securityContexts of pods and containers say that a spec can say too, and some of what it cannot. */
interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly [more: string]: unknown;
}

const unsaid = ["privileged", "runAsGroup", "readOnlyRootFilesystem", "seLinuxOptions", "windowsOptions"];
const podUnsaid = ["fsGroup", "supplementalGroups", "sysctls", "runAsGroup", "seLinuxOptions", "windowsOptions"];

/**
 * As whom a container runs, so that it goes on as it is: where nothing is said that is as root, with what runtimes give root
 * by themselves. Undefined where it is what every app gets.
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

/** Only root has them without asking: of another user's process they are merely not out of reach. */
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
