import { isIP, isIPv6 } from "node:net";
import type { z } from "zod";
import { count, texts } from "./variable-types.js";

const isNetwork = (text: string): boolean => {
  const [address = "", bits = "1", ...more] = text.split("/");
  if (isIP(address) === 0 || !/^\d+$/.test(bits) || more.length > 0) return false;
  // A network of all addresses would let every client claim any address.
  return Number(bits) >= 1 && Number(bits) <= (isIPv6(address) ? 128 : 32);
};
const networks = texts(isNetwork, "Give addresses or networks with commas between: `10.0.0.0/8,192.0.2.7`.");

/** The variables that limit requests. `install/example.env` explains each. */
export const limitVariables = {
  DOCUMENT_MAX_LENGTH: count(5_000, 500_000, 50_000),
  DOCUMENT_MAX_TOKENS: count(200, 20_000, 2_000),
  DOCUMENT_MAX_DEPTH: count(5, 50, 16),
  DOCUMENT_MAX_FIELDS: count(250, 100_000, 500),
  DOCUMENT_MAX_ROOT_FIELDS: count(1, 10_000, 20),
  DOCUMENT_MAX_ALIASES: count(1, 10_000, 50),
  DOCUMENT_MAX_REPEATS: count(1, 1_000, 30),
  DOCUMENT_MAX_DIRECTIVES: count(1, 1_000, 50),
  DOCUMENT_MAX_FRAGMENTS: count(3, 1_000, 50),
  DOCUMENT_MAX_OPERATIONS: count(1, 1_000, 20),
  DOCUMENT_MAX_VARIABLES: count(10, 1_000, 100),
  VARIABLES_MAX_VALUES: count(100, 100_000, 10_000),
  OPERATION_MAX_COST: count(100, 10_000_000, 2_500),
  TRUSTED_PROXIES: networks,
  BUDGET_PER_MINUTE: count(100, 1_000_000_000, 300_000),
  ANONYMOUS_BUDGET_PER_MINUTE: count(100, 1_000_000_000, 6_000),
  NEW_DOCUMENTS_PER_MINUTE: count(10, 1_000_000, 300),
  MAX_CONNECTIONS: count(10, 1_000_000, 20_000),
  MAX_SOCKETS_BEFORE_LOGIN: count(1, 1_000_000, 2_000),
  MAX_SUBSCRIPTIONS: count(1, 1_000_000, 20_000),
  MAX_SUBSCRIPTIONS_PER_MEMBER: count(1, 1_000_000, 500),
};

/** The limit of open connections or subscriptions. */
interface OpenLimit {
  readonly what: string;
  readonly each: number;
  readonly all: number;
}

/** The limits of one request, of one client and of all clients together. */
export interface LimitsConfig {
  readonly document: {
    readonly length: number;
    readonly tokens: number;
    readonly depth: number;
    readonly fields: number;
    readonly rootFields: number;
    readonly aliases: number;
    readonly repeats: number;
    readonly directives: number;
    readonly fragments: number;
    readonly operations: number;
    readonly variables: number;
    readonly variableValues: number;
    readonly cost: number;
  };
  /** The addresses and networks of trusted proxies. */
  readonly trustedProxies: readonly string[];
  /** What may be spent in a minute. */
  readonly perMinute: { readonly member: number; readonly anonymous: number };
  /** Documents that the server has not seen yet, in a minute. */
  readonly newDocuments: { readonly member: number; readonly anonymous: number };
  readonly connections: number;
  /** WebSockets that have not logged in yet, per network and in total. */
  readonly waitingSockets: OpenLimit;
  /** Subscriptions, per member and in total. */
  readonly subscriptions: OpenLimit;
}

/** The configured limits. */
export function limitsOf(given: z.infer<z.ZodObject<typeof limitVariables>>): LimitsConfig {
  return {
    document: {
      length: given.DOCUMENT_MAX_LENGTH,
      tokens: given.DOCUMENT_MAX_TOKENS,
      depth: given.DOCUMENT_MAX_DEPTH,
      fields: given.DOCUMENT_MAX_FIELDS,
      rootFields: given.DOCUMENT_MAX_ROOT_FIELDS,
      aliases: given.DOCUMENT_MAX_ALIASES,
      repeats: given.DOCUMENT_MAX_REPEATS,
      directives: given.DOCUMENT_MAX_DIRECTIVES,
      fragments: given.DOCUMENT_MAX_FRAGMENTS,
      operations: given.DOCUMENT_MAX_OPERATIONS,
      variables: given.DOCUMENT_MAX_VARIABLES,
      variableValues: given.VARIABLES_MAX_VALUES,
      cost: given.OPERATION_MAX_COST,
    },
    trustedProxies: given.TRUSTED_PROXIES,
    perMinute: { member: given.BUDGET_PER_MINUTE, anonymous: given.ANONYMOUS_BUDGET_PER_MINUTE },
    newDocuments: { member: given.NEW_DOCUMENTS_PER_MINUTE, anonymous: given.NEW_DOCUMENTS_PER_MINUTE },
    connections: given.MAX_CONNECTIONS,
    // One network must not be able to block all others.
    waitingSockets: {
      what: "sockets",
      each: Math.ceil(given.MAX_SOCKETS_BEFORE_LOGIN / 2),
      all: given.MAX_SOCKETS_BEFORE_LOGIN,
    },
    subscriptions: {
      what: "subscriptions",
      each: given.MAX_SUBSCRIPTIONS_PER_MEMBER,
      all: given.MAX_SUBSCRIPTIONS,
    },
  };
}
