// Made by `npm run schema` from schema.graphql and the valid documents in test/.
// oxlint-disable typescript/no-explicit-any
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends " $fragmentName" | "__typename" ? T[P] : never };
export type AppFilterInput = {
  namespaceId?: string | null | undefined;
  phases?: Array<AppPhase> | null | undefined;
  search?: string | null | undefined;
};

export type AppPhase = "APPROVED" | "DRAFT" | "IN_REVIEW" | "REJECTED" | "RETIRED";

export type AppSpecInput = {
  args?: Array<string>;
  autoscaling?: AutoscalingInput | null | undefined;
  buildPath?: string;
  command?: Array<string>;
  dockerfilePath?: string;
  environment?: Array<EnvironmentVariableInput>;
  language: Language;
  livenessProbe?: ProbeInput | null | undefined;
  ports?: Array<PortInput>;
  publicHost?: string | null | undefined;
  readinessProbe?: ProbeInput | null | undefined;
  replicas?: number;
  repository: RepositoryInput;
  resources?: ResourcesInput;
  security?: SecurityInput | null | undefined;
};

export type AutoscalingInput = {
  cpuPercent?: number;
  maxReplicas: number;
  minReplicas: number;
};

export type Capability =
  | "AUDIT_WRITE"
  | "CHOWN"
  | "DAC_OVERRIDE"
  | "FOWNER"
  | "FSETID"
  | "KILL"
  | "MKNOD"
  | "NET_BIND_SERVICE"
  | "SETFCAP"
  | "SETGID"
  | "SETPCAP"
  | "SETUID"
  | "SYS_CHROOT";

export type ConditionCode =
  | "APP_RETIRED"
  | "BUILD_FAILED"
  | "BUILD_QUEUED"
  | "CONTAINER_CONFIG"
  | "CRASH_LOOP"
  | "DEADLINE"
  | "HOST_REFUSED"
  | "IMAGE_PULL"
  | "NOT_BUILT"
  | "NOT_IMPORTABLE"
  | "OBJECT_IMMUTABLE"
  | "OBJECT_TERMINATING"
  | "OUT_OF_MEMORY"
  | "PAUSED"
  | "PLAN_STALE"
  | "POD_SECURITY"
  | "PROBE_FAILING"
  | "PUBLICATION_CANCELLED"
  | "QUOTA"
  | "REF_NOT_FOUND"
  | "RELEASES_SUSPENDED"
  | "RELEASE_REPLACED"
  | "REPOSITORY_NOT_ALLOWED"
  | "REPOSITORY_NOT_FOUND"
  | "ROLLOUT_FAILED"
  | "RUN_LOST"
  | "TEMPLATE_INVALID"
  | "TOO_MANY_FAILURES"
  | "UNSCHEDULABLE"
  | "UNSTABLE"
  | "UPSTREAM_REJECTED"
  | "UPSTREAM_UNAVAILABLE"
  | "WAITING_FOR_JOB"
  | "WAITING_FOR_NAMESPACE";

export type CreateAppInput = {
  description?: string | null | undefined;
  displayName?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  name: string;
  namespaceId: string;
  spec: AppSpecInput;
};

export type DriftState = "DRIFTED" | "NONE" | "NOT_LIVE" | "UNKNOWN" | "UNSETTLED";

export type EnvironmentVariableInput = {
  name: string;
  value: string;
};

export type JournalFilterInput = {
  appId?: string | null | undefined;
  events?: Array<string> | null | undefined;
  namespaceId?: string | null | undefined;
};

export type Language = "GO" | "JAVA" | "NODE" | "PYTHON" | "STATIC";

export type LoginInput = {
  email: string;
  password: string;
};

export type PlanWarningCode =
  | "CLAIM_MISSING"
  | "CONFIG_MAP_MISSING"
  | "HOST_TAKEN"
  | "NAMESPACE_MISSING"
  | "NO_IMAGE_YET"
  | "PROBE_PORT_NOT_EXPOSED"
  | "QUOTA_EXCEEDED"
  | "REPLICAS_ABOVE_NODES"
  | "SECRET_MISSING"
  | "UNCHECKED";

export type PortInput = {
  name: string;
  port: number;
  protocol?: PortProtocol;
};

export type PortProtocol = "TCP" | "UDP";

export type ProbeInput = {
  command?: Array<string> | null | undefined;
  failureThreshold?: number;
  initialDelaySeconds?: number;
  kind: ProbeKind;
  path?: string | null | undefined;
  periodSeconds?: number;
  port?: number | null | undefined;
  successThreshold?: number;
  timeoutSeconds?: number;
};

export type ProbeKind = "EXEC" | "HTTP" | "TCP";

export type RepositoryInput = {
  path: string;
  provider: SourceProvider;
};

export type ResourceAmountsInput = {
  cpu: string;
  memory: string;
};

export type ResourcesInput = {
  limits?: ResourceAmountsInput;
  requests?: ResourceAmountsInput;
};

export type Role = "ADMINISTRATOR" | "DEVELOPER" | "VIEWER";

export type RolloutCause =
  "APPROVAL" | "AUTOMATIC_ROLL_BACK" | "BUILD" | "DRIFT_REPAIR" | "IMPORT" | "PLAN" | "PUBLICATION" | "ROLL_BACK";

export type RolloutPhase = "FAILED" | "PENDING" | "PROGRESSING" | "SUCCEEDED" | "SUPERSEDED";

export type SecurityInput = {
  capabilities?: Array<Capability>;
  runAsRoot?: boolean;
  runAsUser?: number | null | undefined;
};

export type SourceProvider = "GITHUB";

export type VariableLevel = "APP" | "DEFAULT" | "NAMESPACE" | "PLATFORM";

export type Inlineb71bc3d6471fQueryVariables = Exact<{ [key: string]: never }>;

export type Inlineb71bc3d6471fQuery = { viewer: { email: string } };

export type Inline7a9537172d71QueryVariables = Exact<{ [key: string]: never }>;

export type Inline7a9537172d71Query = {
  node:
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | null;
};

export type Inlinec7b3e0025f7aQueryVariables = Exact<{ [key: string]: never }>;

export type Inlinec7b3e0025f7aQuery = { journal: { nodes: Array<{ event: string; app: { name: string } | null }> } };

export type Inline618828d50c2eQueryVariables = Exact<{
  id: string;
}>;

export type Inline618828d50c2eQuery = {
  node: { name: string; roles: Array<{ role: Role }> } | Record<PropertyKey, never> | null;
};

export type Inline47c925d6641fMutationVariables = Exact<{
  input: LoginInput;
}>;

export type Inline47c925d6641fMutation = { login: { accessToken: string } };

export type Inlined0e33d290760QueryVariables = Exact<{ [key: string]: never }>;

export type Inlined0e33d290760Query = {
  apps: {
    nodes: Array<{ lastBuild: { id: string } | null; lastRollout: { id: string } | null; namespace: { id: string } }>;
  };
};

export type Inlinef1559b8406b2QueryVariables = Exact<{ [key: string]: never }>;

export type Inlinef1559b8406b2Query = { apps: { nodes: Array<{ id: string }> } };

export type Inlineaf629a8b402dQueryVariables = Exact<{ [key: string]: never }>;

export type Inlineaf629a8b402dQuery = { apps: { totalCount: number; nodes: Array<{ id: string }> } };

export type Inline68319a1a12efQueryVariables = Exact<{ [key: string]: never }>;

export type Inline68319a1a12efQuery = {
  rateLimit: { limit: number; cost: number; remaining: number; resetAt: string };
};

export type Inline53a988d338beQueryVariables = Exact<{ [key: string]: never }>;

export type Inline53a988d338beQuery = { repositoryRefs: { nodes: Array<{ name: string }> } | null };

export type Inlined4b22f73a2e8SubscriptionVariables = Exact<{ [key: string]: never }>;

export type Inlined4b22f73a2e8Subscription = { appLog: { cursor: string } };

export type Inline646686ef79b9QueryVariables = Exact<{ [key: string]: never }>;

export type Inline646686ef79b9Query = { viewer: { email: string } };

export type Inlineb90eafaa36d5QueryVariables = Exact<{ [key: string]: never }>;

export type Inlineb90eafaa36d5Query = { apps: { nodes: Array<{ builds: { nodes: Array<{ id: string }> } }> } };

export type Inlined2a4564bc86aQueryVariables = Exact<{ [key: string]: never }>;

export type Inlined2a4564bc86aQuery = { apps: { nodes: Array<{ builds: { nodes: Array<{ id: string }> } }> } };

export type Inlinefb230b37b4fbQueryVariables = Exact<{ [key: string]: never }>;

export type Inlinefb230b37b4fbQuery = { apps: { nodes: Array<{ id: string }> } };

export type Inline46e8bce118ebQueryVariables = Exact<{ [key: string]: never }>;

export type Inline46e8bce118ebQuery = { __schema: { types: Array<{ name: string | null }> } };

export type Inline7f56e67dd21aQueryVariables = Exact<{ [key: string]: never }>;

export type Inline7f56e67dd21aQuery = { __typename: "Query" };

export type Inlinefd8ec039bb95QueryVariables = Exact<{ [key: string]: never }>;

export type Inlinefd8ec039bb95Query = { journal: { totalCount: number } };

export type Inline33789174fb97QueryVariables = Exact<{
  first?: number | null | undefined;
}>;

export type Inline33789174fb97Query = {
  apps: {
    nodes: Array<{
      at: {
        revision: { number: number };
        approvedRevision: { number: number } | null;
        rollout: { number: number } | null;
        release: { number: number } | null;
      } | null;
    }>;
  };
};

export type Inlinef12d884c2be7QueryVariables = Exact<{ [key: string]: never }>;

export type Inlinef12d884c2be7Query = { viewer: { roles: Array<{ id: string }> } };

export type Inline574c78f6d957QueryVariables = Exact<{
  id: string;
}>;

export type Inline574c78f6d957Query = {
  node:
    | { __typename: "App"; id: string }
    | { __typename: "AppRevision"; id: string }
    | { __typename: "Build"; id: string }
    | { __typename: "Dockerfile"; id: string }
    | { __typename: "JournalEntry"; id: string }
    | { __typename: "Member"; id: string }
    | { __typename: "Namespace"; id: string }
    | { __typename: "Notification"; id: string }
    | { __typename: "Plan"; id: string }
    | { __typename: "Publication"; id: string }
    | { __typename: "Release"; id: string }
    | { __typename: "Review"; id: string }
    | { __typename: "RoleGrant"; id: string }
    | { __typename: "Rollout"; id: string }
    | { __typename: "Session"; id: string }
    | { __typename: "Template"; id: string }
    | { __typename: "TemplatePin"; id: string }
    | { __typename: "TemplateVersion"; id: string }
    | { __typename: "Variable"; id: string }
    | { __typename: "VariableValue"; id: string }
    | null;
};

export type Inline8e91cb0101a7QueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type Inline8e91cb0101a7Query = { repositoryRefs: { nodes: Array<{ name: string }> } | null };

export type Inline628851bae0b5QueryVariables = Exact<{ [key: string]: never }>;

export type Inline628851bae0b5Query = { journal: { totalCount: number } };

export type Inlinea9f937ee8914SubscriptionVariables = Exact<{ [key: string]: never }>;

export type Inlinea9f937ee8914Subscription = { notificationAdded: { cursor: string } };

export type Inline80b42eb1856aQueryVariables = Exact<{ [key: string]: never }>;

export type Inline80b42eb1856aQuery = { viewer: { email: string }; notifications: { totalCount: number } };

export type Inline517ae2420793QueryVariables = Exact<{ [key: string]: never }>;

export type Inline517ae2420793Query = {
  __schema: { queryType: { name: string | null }; types: Array<{ name: string | null }> };
};

export type Inline83ebadf43702SubscriptionVariables = Exact<{
  filter?: JournalFilterInput | null | undefined;
}>;

export type Inline83ebadf43702Subscription = { journalEvents: { entry: { position: number } } };

export type Inline441ca760435dSubscriptionVariables = Exact<{ [key: string]: never }>;

export type Inline441ca760435dSubscription = {
  journalEvents: { entry: { app: { manifests: { job: string } } | null } };
};

export type Inline75f83ce37043MutationVariables = Exact<{
  name: string;
}>;

export type Inline75f83ce37043Mutation = { createNamespace: { namespace: { name: string } } };

export type Inlineeb06da7599b6SubscriptionVariables = Exact<{ [key: string]: never }>;

export type Inlineeb06da7599b6Subscription = { journalEvents: { entry: { subjectId: string } } };

export type Inline9512a5fd8605SubscriptionVariables = Exact<{ [key: string]: never }>;

export type Inline9512a5fd8605Subscription = { notificationAdded: { notification: { title: string } } };

export type Inline01f466e9075cSubscriptionVariables = Exact<{ [key: string]: never }>;

export type Inline01f466e9075cSubscription = { journalEvents: { cursor: string } };

export type Inlined1400b939d8cMutationVariables = Exact<{ [key: string]: never }>;

export type Inlined1400b939d8cMutation = { logout: { session: { id: string } } };

export type Inline1bd2d065fa36QueryVariables = Exact<{ [key: string]: never }>;

export type Inline1bd2d065fa36Query = { viewer: { member: { id: string } } };

export type Inline4215f8464ae8QueryVariables = Exact<{
  app: string;
}>;

export type Inline4215f8464ae8Query = {
  repositoryRefs: { totalCount: number } | null;
  apps: { nodes: Array<{ name: string; pods: Array<{ name: string }> }> };
};

export type Inlineea7b99d208b8QueryVariables = Exact<{
  id: string;
}>;

export type Inlineea7b99d208b8Query = { app: { releases: { nodes: Array<{ id: string; number: number }> } } | null };

export type Inline415e9e029ae4MutationVariables = Exact<{ [key: string]: never }>;

export type Inline415e9e029ae4Mutation = { createNamespace: { cursor: string } };

export type Inline20cf862e0c71SubscriptionVariables = Exact<{ [key: string]: never }>;

export type Inline20cf862e0c71Subscription = { journalEvents: { cursor: string } };

export type Inline38112a55da93QueryVariables = Exact<{
  phases?: Array<AppPhase> | AppPhase | null | undefined;
}>;

export type Inline38112a55da93Query = { apps?: { totalCount: number } };

export type Inlineecf4edb46db4QueryVariables = Exact<{ [key: string]: never }>;

export type Inlineecf4edb46db4Query = { __typename: "Query" };

export type Inlinecb6aa4266953SubscriptionVariables = Exact<{ [key: string]: never }>;

export type Inlinecb6aa4266953Subscription = { journalEvents: { cursor: string; entry: { event: string } } };

export type Inline7da56237f377QueryVariables = Exact<{
  id: string;
}>;

export type Inline7da56237f377Query = { app: { pods: Array<{ name: string; ready: boolean }> } | null };

export type Inlined5acb70a4c88QueryVariables = Exact<{
  id: string;
}>;

export type Inlined5acb70a4c88Query = { plan: { warnings: Array<{ code: PlanWarningCode; message: string }> } | null };

export type Inline0a74b792b7c1QueryVariables = Exact<{
  id: string;
}>;

export type Inline0a74b792b7c1Query = { plan: { id: string } | null };

export type Inline6caf8a053622QueryVariables = Exact<{
  id: string;
}>;

export type Inline6caf8a053622Query = { app: { manifests: { objects: Array<{ kind: string }> } } | null };

export type Inlineb3b9b5c72c7cQueryVariables = Exact<{
  id: string;
}>;

export type Inlineb3b9b5c72c7cQuery = {
  app: {
    pods: Array<{
      name: string;
      ready: boolean;
      leaving: boolean;
      containers: Array<{ name: string; restarts: number }>;
    }>;
  } | null;
};

export type Inlinedd66a894486bQueryVariables = Exact<{
  id: string;
}>;

export type Inlinedd66a894486bQuery = {
  app: {
    rollouts: {
      nodes: Array<{ phase: RolloutPhase; cause: RolloutCause; release: { number: number; image: string } }>;
    };
  } | null;
};

export type Inline5a3e56665964QueryVariables = Exact<{
  id: string;
}>;

export type Inline5a3e56665964Query = { app: { releases: { nodes: Array<{ id: string; number: number }> } } | null };

export type Inline7b7f3a6f77d4QueryVariables = Exact<{
  first?: number | null | undefined;
}>;

export type Inline7b7f3a6f77d4Query = {
  apps: {
    nodes: Array<{ id: string; name: string; displayName: string; version: number; pods: Array<{ name: string }> }>;
  };
};

export type Inline3957ea8f1bc6QueryVariables = Exact<{
  a?: number | null | undefined;
  b?: string | null | undefined;
}>;

export type Inline3957ea8f1bc6Query = { apps: { totalCount: number } };

export type Inline47586cd19866QueryVariables = Exact<{ [key: string]: never }>;

export type Inline47586cd19866Query = { apps: { nodes: Array<{ id: string; namespace: { name: string } }> } };

export type Inlinefd24e796406bQueryVariables = Exact<{ [key: string]: never }>;

export type Inlinefd24e796406bQuery = {
  viewer: { email: string; permissions: Array<string> };
  apps: { totalCount: number };
  journal: { nodes: Array<{ event: string; actorName: string }> };
};

export type Inline04194d7a3ddbQueryVariables = Exact<{ [key: string]: never }>;

export type Inline04194d7a3ddbQuery = { namespaces: { nodes: Array<{ id: string }> } };

export type Inlinee62276166f45QueryVariables = Exact<{ [key: string]: never }>;

export type Inlinee62276166f45Query = { rateLimit: { remaining: number }; apps: { totalCount: number } };

export type Inline1f8197d7a09cQueryVariables = Exact<{ [key: string]: never }>;

export type Inline1f8197d7a09cQuery = { viewer: { sessions: Array<{ id: string }> } };

export type Inline340cc7bdc605QueryVariables = Exact<{ [key: string]: never }>;

export type Inline340cc7bdc605Query = {
  members: { nodes: Array<{ roles: Array<{ role: Role }> }> };
  app: { id: string } | null;
  node:
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | null;
  builds: { totalCount: number };
};

export type Inline931ccdef7884QueryVariables = Exact<{ [key: string]: never }>;

export type Inline931ccdef7884Query = { rateLimit: { remaining: number } };

export type Inline51d4e8fe131cQueryVariables = Exact<{
  id: string;
}>;

export type Inline51d4e8fe131cQuery = { app: { manifests: { objects: Array<{ kind: string; yaml: string }> } } | null };

export type Inline6b42d9f0b0e3QueryVariables = Exact<{
  id: string;
}>;

export type Inline6b42d9f0b0e3Query = { app: { manifests: { objects: Array<{ kind: string; object: any }> } } | null };

export type Inline9301b3a1d877QueryVariables = Exact<{
  id: string;
}>;

export type Inline9301b3a1d877Query = {
  app: { releases: { nodes: Array<{ templateVersions: Array<{ name: string; version: string }> }> } } | null;
};

export type Inlineb20db6efcaeeQueryVariables = Exact<{
  search?: string | null | undefined;
}>;

export type Inlineb20db6efcaeeQuery = { apps: { totalCount: number } };

export type Inline9c66314ef4efQueryVariables = Exact<{ [key: string]: never }>;

export type Inline9c66314ef4efQuery = { viewer: { email: string } };

export type Inline0caf9c87b583QueryVariables = Exact<{
  n?: number | null | undefined;
}>;

export type Inline0caf9c87b583Query = { apps: { totalCount: number } };

export type Inlined8a66ab07469QueryVariables = Exact<{
  id: string;
}>;

export type Inlined8a66ab07469Query = {
  app: {
    drift: { objects: Array<{ kind: string }> };
    releases: { nodes: Array<{ objects: Array<{ kind: string; object: any; yaml: string }> }> };
    manifests: { objects: Array<{ kind: string; object: any; yaml: string }> };
  } | null;
};

export type Inlinea3117f6ac4f2QueryVariables = Exact<{
  phases?: Array<AppPhase> | AppPhase | null | undefined;
}>;

export type Inlinea3117f6ac4f2Query = { apps?: { totalCount: number } };

export type Inlinebc652103c357QueryVariables = Exact<{
  filter?: AppFilterInput | null | undefined;
}>;

export type Inlinebc652103c357Query = { apps: { totalCount: number } };

export type Inline84f9a4376152MutationVariables = Exact<{
  input: CreateAppInput;
}>;

export type Inline84f9a4376152Mutation = { createApp: { app: { id: string } } };

export type Inline8e57809b8c6fMutationVariables = Exact<{
  input: LoginInput;
}>;

export type Inline8e57809b8c6fMutation = { login: { accessToken: string } };

export type Inline731c7b6b175fSubscriptionVariables = Exact<{
  filter?: JournalFilterInput | null | undefined;
}>;

export type Inline731c7b6b175fSubscription = { journalEvents: { cursor: string } };

export type Inline9ba7ac41571cQueryVariables = Exact<{
  c?: string | null | undefined;
}>;

export type Inline9ba7ac41571cQuery = { apps: { totalCount: number } };

export type Inline70111fff143fQueryVariables = Exact<{
  id: string;
}>;

export type Inline70111fff143fQuery = {
  variableValues: { nodes: Array<{ id: string }> };
  dockerfiles: { nodes: Array<{ id: string }> };
};

export type Inline08d419509053QueryVariables = Exact<{ [key: string]: never }>;

export type Inline08d419509053Query = {
  viewer: { email: string; member: { id: string }; roles: Array<{ id: string }>; sessions: Array<{ id: string }> };
};

export type Inline299978efda44QueryVariables = Exact<{
  id: string;
}>;

export type Inline299978efda44Query = {
  variableValues: { nodes: Array<{ id: string; level: VariableLevel; namespace: { id: string } | null }> };
};

export type Inline83e7f6ce34a5QueryVariables = Exact<{
  id: string;
}>;

export type Inline83e7f6ce34a5Query = {
  app: { revision: { id: string }; reviews: { nodes: Array<{ id: string }> }; drift: { state: DriftState } } | null;
};

export type Inline03118ab30752QueryVariables = Exact<{
  filter?: JournalFilterInput | null | undefined;
}>;

export type Inline03118ab30752Query = { journal: { nodes: Array<{ id: string }> } };

export type Inline794d1262842dQueryVariables = Exact<{ [key: string]: never }>;

export type Inline794d1262842dQuery = { notifications: { nodes: Array<{ id: string }> } };

export type Inlinee49dd7e8af8aQueryVariables = Exact<{
  id: string;
}>;

export type Inlinee49dd7e8af8aQuery = {
  rollout: {
    id: string;
    release: { id: string; number: number; image: string };
    condition: { code: ConditionCode; message: string } | null;
  } | null;
};

declare module "../schema/operation-types.js" {
  /** The documents that tests have in their code, by their texts. */
  interface Operations {
    "{ viewer { email } }": {
      kind: "query";
      data: Inlineb71bc3d6471fQuery;
      variables: Inlineb71bc3d6471fQueryVariables;
    };
    'query { node(id: "x") { id } }': {
      kind: "query";
      data: Inline7a9537172d71Query;
      variables: Inline7a9537172d71QueryVariables;
    };
    "{ journal { nodes { event app { name } } } }": {
      kind: "query";
      data: Inlinec7b3e0025f7aQuery;
      variables: Inlinec7b3e0025f7aQueryVariables;
    };
    "query ($id: ID!) { node(id: $id) { ... on Member { name roles { role } } } }": {
      kind: "query";
      data: Inline618828d50c2eQuery;
      variables: Inline618828d50c2eQueryVariables;
    };
    "mutation($input: LoginInput!) { login(input: $input) { accessToken } }": {
      kind: "mutation";
      data: Inline47c925d6641fMutation;
      variables: Inline47c925d6641fMutationVariables;
    };
    "{apps(first:100){nodes{lastBuild{id} lastRollout{id} namespace{id}}}}": {
      kind: "query";
      data: Inlined0e33d290760Query;
      variables: Inlined0e33d290760QueryVariables;
    };
    "{apps(first:4){nodes{id}}}": {
      kind: "query";
      data: Inlinef1559b8406b2Query;
      variables: Inlinef1559b8406b2QueryVariables;
    };
    "{apps(first:3){totalCount nodes{id}}}": {
      kind: "query";
      data: Inlineaf629a8b402dQuery;
      variables: Inlineaf629a8b402dQueryVariables;
    };
    "{rateLimit{limit cost remaining resetAt}}": {
      kind: "query";
      data: Inline68319a1a12efQuery;
      variables: Inline68319a1a12efQueryVariables;
    };
    '{repositoryRefs(app:"app_1"){nodes{name}}}': {
      kind: "query";
      data: Inline53a988d338beQuery;
      variables: Inline53a988d338beQueryVariables;
    };
    'subscription{appLog(app:"app_1"){cursor}}': {
      kind: "subscription";
      data: Inlined4b22f73a2e8Subscription;
      variables: Inlined4b22f73a2e8SubscriptionVariables;
    };
    "{viewer{email}}": { kind: "query"; data: Inline646686ef79b9Query; variables: Inline646686ef79b9QueryVariables };
    "{apps(first:100){nodes{builds(first:100){nodes{id}}}}}": {
      kind: "query";
      data: Inlineb90eafaa36d5Query;
      variables: Inlineb90eafaa36d5QueryVariables;
    };
    "{apps(first:100){nodes{builds(first:15){nodes{id}}}}}": {
      kind: "query";
      data: Inlined2a4564bc86aQuery;
      variables: Inlined2a4564bc86aQueryVariables;
    };
    "{apps(first:100){nodes{id}}}": {
      kind: "query";
      data: Inlinefb230b37b4fbQuery;
      variables: Inlinefb230b37b4fbQueryVariables;
    };
    "{__schema{types{name}}}": {
      kind: "query";
      data: Inline46e8bce118ebQuery;
      variables: Inline46e8bce118ebQueryVariables;
    };
    "{ __typename }": { kind: "query"; data: Inline7f56e67dd21aQuery; variables: Inline7f56e67dd21aQueryVariables };
    "{ journal { totalCount } }": {
      kind: "query";
      data: Inlinefd8ec039bb95Query;
      variables: Inlinefd8ec039bb95QueryVariables;
    };
    'query ($first: Int) { apps(first: $first) { nodes { at(time: "2100-01-01T00:00:00Z") {\n      revision { number } approvedRevision { number } rollout { number } release { number } } } } }': {
      kind: "query";
      data: Inline33789174fb97Query;
      variables: Inline33789174fb97QueryVariables;
    };
    "query { viewer { roles { id } } }": {
      kind: "query";
      data: Inlinef12d884c2be7Query;
      variables: Inlinef12d884c2be7QueryVariables;
    };
    "query ($id: ID!) { node(id: $id) { __typename id } }": {
      kind: "query";
      data: Inline574c78f6d957Query;
      variables: Inline574c78f6d957QueryVariables;
    };
    "query ($id: ID!, $first: Int, $after: Cursor) { repositoryRefs(app: $id, first: $first, after: $after) { nodes { name } } }": {
      kind: "query";
      data: Inline8e91cb0101a7Query;
      variables: Inline8e91cb0101a7QueryVariables;
    };
    "query { journal(after: 12) { totalCount } }": {
      kind: "query";
      data: Inline628851bae0b5Query;
      variables: Inline628851bae0b5QueryVariables;
    };
    "subscription { notificationAdded { cursor } }": {
      kind: "subscription";
      data: Inlinea9f937ee8914Subscription;
      variables: Inlinea9f937ee8914SubscriptionVariables;
    };
    "query { viewer { email } notifications { totalCount } }": {
      kind: "query";
      data: Inline80b42eb1856aQuery;
      variables: Inline80b42eb1856aQueryVariables;
    };
    "query { __schema { queryType { name } types { name } } }": {
      kind: "query";
      data: Inline517ae2420793Query;
      variables: Inline517ae2420793QueryVariables;
    };
    "subscription($filter: JournalFilterInput) { journalEvents(filter: $filter) { entry { position } } }": {
      kind: "subscription";
      data: Inline83ebadf43702Subscription;
      variables: Inline83ebadf43702SubscriptionVariables;
    };
    "subscription { journalEvents { entry { app { manifests { job } } } } }": {
      kind: "subscription";
      data: Inline441ca760435dSubscription;
      variables: Inline441ca760435dSubscriptionVariables;
    };
    "mutation($name: String!) { createNamespace(input: {name: $name}) { namespace { name } } }": {
      kind: "mutation";
      data: Inline75f83ce37043Mutation;
      variables: Inline75f83ce37043MutationVariables;
    };
    'subscription { journalEvents(filter: { events: ["app.submitted"] }) { entry { subjectId } } }': {
      kind: "subscription";
      data: Inlineeb06da7599b6Subscription;
      variables: Inlineeb06da7599b6SubscriptionVariables;
    };
    "subscription { notificationAdded { notification { title } } }": {
      kind: "subscription";
      data: Inline9512a5fd8605Subscription;
      variables: Inline9512a5fd8605SubscriptionVariables;
    };
    "subscription { journalEvents { cursor } }": {
      kind: "subscription";
      data: Inline01f466e9075cSubscription;
      variables: Inline01f466e9075cSubscriptionVariables;
    };
    "mutation { logout { session { id } } }": {
      kind: "mutation";
      data: Inlined1400b939d8cMutation;
      variables: Inlined1400b939d8cMutationVariables;
    };
    "{ viewer { member { id } } }": {
      kind: "query";
      data: Inline1bd2d065fa36Query;
      variables: Inline1bd2d065fa36QueryVariables;
    };
    "query ($app: ID!) { repositoryRefs(app: $app) { totalCount } apps { nodes { name pods { name } } } }": {
      kind: "query";
      data: Inline4215f8464ae8Query;
      variables: Inline4215f8464ae8QueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { releases(first: 10) { nodes { id number } } } }": {
      kind: "query";
      data: Inlineea7b99d208b8Query;
      variables: Inlineea7b99d208b8QueryVariables;
    };
    'mutation{createNamespace(input:{name:"pay"}){cursor}}': {
      kind: "mutation";
      data: Inline415e9e029ae4Mutation;
      variables: Inline415e9e029ae4MutationVariables;
    };
    "subscription{journalEvents{cursor}}": {
      kind: "subscription";
      data: Inline20cf862e0c71Subscription;
      variables: Inline20cf862e0c71SubscriptionVariables;
    };
    "query($phases:[AppPhase!]){apps(filter:{phases:$phases})@include(if:false){totalCount}}": {
      kind: "query";
      data: Inline38112a55da93Query;
      variables: Inline38112a55da93QueryVariables;
    };
    "{__typename}": { kind: "query"; data: Inlineecf4edb46db4Query; variables: Inlineecf4edb46db4QueryVariables };
    "subscription { journalEvents { cursor entry { event } } }": {
      kind: "subscription";
      data: Inlinecb6aa4266953Subscription;
      variables: Inlinecb6aa4266953SubscriptionVariables;
    };
    "query ($id: ID!) { app(id: $id) { pods { name ready } } }": {
      kind: "query";
      data: Inline7da56237f377Query;
      variables: Inline7da56237f377QueryVariables;
    };
    "query ($id: ID!) { plan(id: $id) { warnings { code message } } }": {
      kind: "query";
      data: Inlined5acb70a4c88Query;
      variables: Inlined5acb70a4c88QueryVariables;
    };
    "query ($id: ID!) { plan(id: $id) { id } }": {
      kind: "query";
      data: Inline0a74b792b7c1Query;
      variables: Inline0a74b792b7c1QueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { manifests { objects { kind } } } }": {
      kind: "query";
      data: Inline6caf8a053622Query;
      variables: Inline6caf8a053622QueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { pods { name ready leaving containers { name restarts } } } }": {
      kind: "query";
      data: Inlineb3b9b5c72c7cQuery;
      variables: Inlineb3b9b5c72c7cQueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { rollouts { nodes { phase cause release { number image } } } } }": {
      kind: "query";
      data: Inlinedd66a894486bQuery;
      variables: Inlinedd66a894486bQueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { releases { nodes { id number } } } }": {
      kind: "query";
      data: Inline5a3e56665964Query;
      variables: Inline5a3e56665964QueryVariables;
    };
    "query ($first: Int) { apps(first: $first) { nodes { id name displayName version pods { name } } } }": {
      kind: "query";
      data: Inline7b7f3a6f77d4Query;
      variables: Inline7b7f3a6f77d4QueryVariables;
    };
    "query ($a: Int, $b: ID) { apps(first: $a, filter: { namespaceId: $b }) { totalCount } }": {
      kind: "query";
      data: Inline3957ea8f1bc6Query;
      variables: Inline3957ea8f1bc6QueryVariables;
    };
    "{ apps { nodes { id namespace { name } } } }": {
      kind: "query";
      data: Inline47586cd19866Query;
      variables: Inline47586cd19866QueryVariables;
    };
    "{ viewer { email permissions } apps { totalCount } journal { nodes { event actorName } } }": {
      kind: "query";
      data: Inlinefd24e796406bQuery;
      variables: Inlinefd24e796406bQueryVariables;
    };
    "{ namespaces { nodes { id } } }": {
      kind: "query";
      data: Inline04194d7a3ddbQuery;
      variables: Inline04194d7a3ddbQueryVariables;
    };
    "{ rateLimit { remaining } apps { totalCount } }": {
      kind: "query";
      data: Inlinee62276166f45Query;
      variables: Inlinee62276166f45QueryVariables;
    };
    "{ viewer { sessions { id } } }": {
      kind: "query";
      data: Inline1f8197d7a09cQuery;
      variables: Inline1f8197d7a09cQueryVariables;
    };
    '{ members { nodes { roles { role } } } app(id: "app_00000000000000000000000000000000") { id } node(id: "x") { id } builds(after: "wrong") { totalCount } }': {
      kind: "query";
      data: Inline340cc7bdc605Query;
      variables: Inline340cc7bdc605QueryVariables;
    };
    "{ rateLimit { remaining } }": {
      kind: "query";
      data: Inline931ccdef7884Query;
      variables: Inline931ccdef7884QueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { manifests { objects { kind yaml } } } }": {
      kind: "query";
      data: Inline51d4e8fe131cQuery;
      variables: Inline51d4e8fe131cQueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { manifests { objects { kind object } } } }": {
      kind: "query";
      data: Inline6b42d9f0b0e3Query;
      variables: Inline6b42d9f0b0e3QueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { releases { nodes { templateVersions { name version } } } } }": {
      kind: "query";
      data: Inline9301b3a1d877Query;
      variables: Inline9301b3a1d877QueryVariables;
    };
    "query($search:String){apps(filter:{search:$search}){totalCount}}": {
      kind: "query";
      data: Inlineb20db6efcaeeQuery;
      variables: Inlineb20db6efcaeeQueryVariables;
    };
    "query a{viewer{email}}": {
      kind: "query";
      data: Inline9c66314ef4efQuery;
      variables: Inline9c66314ef4efQueryVariables;
    };
    "query($n:Int){apps(first:$n){totalCount}}": {
      kind: "query";
      data: Inline0caf9c87b583Query;
      variables: Inline0caf9c87b583QueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { drift { objects { kind } } releases { nodes { objects { kind object yaml } } } manifests { objects { kind object yaml } } } }": {
      kind: "query";
      data: Inlined8a66ab07469Query;
      variables: Inlined8a66ab07469QueryVariables;
    };
    "query($phases:[AppPhase!]){apps(filter:{phases:$phases}) @include(if:false){totalCount}}": {
      kind: "query";
      data: Inlinea3117f6ac4f2Query;
      variables: Inlinea3117f6ac4f2QueryVariables;
    };
    "query($filter:AppFilterInput){apps(filter:$filter){totalCount}}": {
      kind: "query";
      data: Inlinebc652103c357Query;
      variables: Inlinebc652103c357QueryVariables;
    };
    "mutation($input:CreateAppInput!){createApp(input:$input){app{id}}}": {
      kind: "mutation";
      data: Inline84f9a4376152Mutation;
      variables: Inline84f9a4376152MutationVariables;
    };
    "mutation($input:LoginInput!){login(input:$input){accessToken}}": {
      kind: "mutation";
      data: Inline8e57809b8c6fMutation;
      variables: Inline8e57809b8c6fMutationVariables;
    };
    "subscription($filter:JournalFilterInput){journalEvents(filter:$filter){cursor}}": {
      kind: "subscription";
      data: Inline731c7b6b175fSubscription;
      variables: Inline731c7b6b175fSubscriptionVariables;
    };
    "query($c:Cursor){apps(after:$c){totalCount}}": {
      kind: "query";
      data: Inline9ba7ac41571cQuery;
      variables: Inline9ba7ac41571cQueryVariables;
    };
    "query ($id: ID!) { variableValues(variable: $id) { nodes { id } } dockerfiles { nodes { id } } }": {
      kind: "query";
      data: Inline70111fff143fQuery;
      variables: Inline70111fff143fQueryVariables;
    };
    "{ viewer { email member { id } roles { id } sessions { id } } }": {
      kind: "query";
      data: Inline08d419509053Query;
      variables: Inline08d419509053QueryVariables;
    };
    "query ($id: ID!) { variableValues(variable: $id) { nodes { id level namespace { id } } } }": {
      kind: "query";
      data: Inline299978efda44Query;
      variables: Inline299978efda44QueryVariables;
    };
    "query ($id: ID!) { app(id: $id) { revision { id } reviews { nodes { id } } drift { state } } }": {
      kind: "query";
      data: Inline83e7f6ce34a5Query;
      variables: Inline83e7f6ce34a5QueryVariables;
    };
    "query ($filter: JournalFilterInput) { journal(filter: $filter) { nodes { id } } }": {
      kind: "query";
      data: Inline03118ab30752Query;
      variables: Inline03118ab30752QueryVariables;
    };
    "{ notifications { nodes { id } } }": {
      kind: "query";
      data: Inline794d1262842dQuery;
      variables: Inline794d1262842dQueryVariables;
    };
    "query ($id: ID!) { rollout(id: $id) { id release { id number image } condition { code message } } }": {
      kind: "query";
      data: Inlinee49dd7e8af8aQuery;
      variables: Inlinee49dd7e8af8aQueryVariables;
    };
  }
}
