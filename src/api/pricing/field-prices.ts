import { getNamedType, isInterfaceType, isObjectType, type GraphQLNamedType, type GraphQLOutputType } from "graphql";
import type { VariablesSize } from "./variables-size.js";

/**
 * What a field costs by itself, once, where its kind does not say it. The unit is a row that is looked up along with others.
 * A field that asks an upstream while its client waits costs much more than one that reads what we know.
 */
export const prices: Readonly<Record<string, number>> = {
  // Everything about the schema is computed anew: some 10 ms.
  "Query.__schema": 100,
  "Query.__type": 20,
  // GitHub is asked, which counts its own points.
  "Query.repositoryRefs": 50,
  // All templates are rendered, and parsed again: 10 ms in which nothing else is done.
  "App.manifests": 1_000,
  "Query.previewTemplate": 20,
  // The effective templates are read, and each version rendered.
  "Query.dockerfiles": 5,
  "Query.dockerfile": 5,
  "App.templates": 8,
  // All declarations and three levels of values are read for it.
  "App.variables": 3,
  "Namespace.variables": 3,
  // A stage has up to 100 namespaces.
  "Publication.stages": 10,
  // Every effective template is read and rendered again.
  "Mutation.updateVariable": 30,
  "Mutation.deleteVariable": 30,
  // Two versions are read, and compared.
  "Query.compareTemplateVersions": 20,
  // Its objects are rendered, and compared with those of the release: 2 ms.
  "App.pendingChanges": 400,
  // Two releases and their specs are read, and compared.
  "Query.compareReleases": 20,
  // The cluster is asked about each object.
  "Mutation.planRelease": 100,
  "Mutation.applyPlan": 100,
  // The cluster is asked for all Deployments, Services and Ingresses of the namespace; an import asks about each.
  "Query.importableApps": 100,
  "Mutation.importApps": 200,
  // Every app of the namespace is written out.
  "Query.exportNamespace": 200,
  // Each object is written out as YAML.
  "Release.objects": 20,
  // A revision is read for it.
  "App.spec": 2,
  "App.pods": 3,
  // A revision, a review and a rollout are looked for.
  "App.at": 5,
  // A release is read, and compared with the cluster's objects unless nothing has changed.
  "App.drift": 5,
  // Passwords are meant to be slow to check: 60 ms of a core.
  "Mutation.login": 50,
  "Mutation.createMember": 50,
  // The cluster is asked.
  "Mutation.importNamespaces": 50,
  // Containers are followed in the cluster.
  "Subscription.podLog": 20,
  "Subscription.appLog": 20,
  // The app is rendered for each part of its spec.
  "Mutation.adoptDrift": 50,
  // Every app is rendered twice.
  "Subscription.templateImpact": 200,
};

/** A change: a transaction, its journal entry, and what comes of it. */
const mutationPrice = 10;
/** A stream that is opened. What is executed for its events is charged with each. */
const subscriptionPrice = 5;
/** What a subscription's source does for each event, besides what is asked of the event. */
export const eventPrices: Readonly<Record<string, number>> = {
  // An app is rendered twice, and most that are looked at do not differ.
  templateImpact: 20,
};

/** What requests cost that are no operations, in the same unit: what is done before anything is streamed. */
export const requestPrices = {
  /** Authenticating a socket or renewing its token: a session is looked up. */
  socketToken: 1,
  /** A transaction that takes a lock. */
  reserveStream: 10,
  /** A session and a stream are looked up, and an operation is written or removed. */
  reservedStreamRequest: 5,
  /** A page, a script or a style of GraphiQL is read from the disk. */
  graphiqlFile: 1,
} as const;

/** A download costs one more for each so many bytes, as they are sent. */
export const downloadBytesPerPoint = 64 * 1024;

/** Whatever is asked for, even nothing, and a document that is refused. */
export const leastPrice = 1;

/** Documents of more fields are not compiled, and each field beyond takes 20 µs: as long as four rows. */
export const largeDocumentFields = 200;
export const documentPrice = (fields: number): number => 4 * Math.max(0, fields - largeDocumentFields);

/** To read variables: 100 values, or 10,000 characters, take about as long as a row. */
export const variablesPrice = ({ variableValues, characters }: VariablesSize): number =>
  Math.floor(variableValues / 100 + characters / 10_000);

/** A page of a list takes 20 to 30 µs of the event loop, as much as six of its rows; to count what is in the list, half as much. */
const connectionPrice = 6;
const countPrice = 3;

/** What lists hold that have no pages. */
export const usualLength = 10;

export const isConnection = (type: GraphQLNamedType): boolean => isObjectType(type) && "pageInfo" in type.getFields();

const isNode = (type: GraphQLNamedType): boolean =>
  (isObjectType(type) && type.getInterfaces().some(({ name }) => name === "Node")) ||
  (isInterfaceType(type) && type.name === "Node");

/** What a field costs once, and for each value that it gives: an entity is a row, a page is a statement, the rest is there. */
export function priceOf(
  parent: GraphQLNamedType,
  name: string,
  type: GraphQLOutputType,
): { once: number; each: number } {
  const named = getNamedType(type);
  const byKind =
    parent.name === "Mutation"
      ? mutationPrice
      : parent.name === "Subscription"
        ? subscriptionPrice
        : isConnection(named)
          ? connectionPrice
          : isConnection(parent) && name === "totalCount"
            ? countPrice
            : 0;
  return { once: prices[`${parent.name}.${name}`] ?? byKind, each: isNode(named) ? 1 : 0 };
}
